/* Requests that are malformed or mean two things: for the server alone and for nginx in front of it. */
#pragma once
#include "web/scene.h"

#define HOST "Host: localhost\r\n"
#define END "Connection: close\r\n\r\n"
#define SMUGGLED "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"

static const struct { const char *name; str bytes; } refused[] = {
    {"no host", S("GET /law HTTP/1.1\r\n" END)},
    {"two hosts", S("GET /law HTTP/1.1\r\n" HOST "Host: evil\r\n" END)},
    {"empty host", S("GET /law HTTP/1.1\r\nHost: \r\n" END)},
    {"host with a path", S("GET /law HTTP/1.1\r\nHost: a/b\r\n" END)},
    {"two equal lengths", S("POST /sign-in HTTP/1.1\r\n" HOST "Content-Length: 3\r\nContent-Length: 3\r\n" END "a=b")},
    {"two lengths", S("POST /sign-in HTTP/1.1\r\n" HOST "Content-Length: 3\r\nContent-Length: 40\r\n" END "a=b" SMUGGLED)},
    {"length list", S("POST /sign-in HTTP/1.1\r\n" HOST "Content-Length: 3, 3\r\n" END "a=b")},
    {"plus length", S("POST /sign-in HTTP/1.1\r\n" HOST "Content-Length: +3\r\n" END "a=b")},
    {"hex length", S("POST /sign-in HTTP/1.1\r\n" HOST "Content-Length: 0x3\r\n" END "a=b")},
    {"negative length", S("POST /sign-in HTTP/1.1\r\n" HOST "Content-Length: -1\r\n" END "a=b")},
    {"huge length", S("POST /sign-in HTTP/1.1\r\n" HOST "Content-Length: 99999999999999999999\r\n" END "a=b")},
    {"length and coding", S("POST /sign-in HTTP/1.1\r\n" HOST "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n" END
                            "0\r\n\r\n" SMUGGLED)},
    {"chunked", S("POST /sign-in HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n" END "3\r\na=b\r\n0\r\n\r\n")},
    {"two codings", S("POST /sign-in HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n" END
                      "0\r\n\r\n")},
    {"odd coding", S("POST /sign-in HTTP/1.1\r\n" HOST "Transfer-Encoding: xchunked\r\n" END "0\r\n\r\n")},
    {"LF-only chunks", S("POST /sign-in HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n" END "3\na=b\n0\n\n")},
    {"length in a trailer", S("POST /sign-in HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n" END
                              "0\r\nContent-Length: 40\r\n\r\n" SMUGGLED)},
    {"blank before the colon", S("GET /law HTTP/1.1\r\nHost : localhost\r\n" END)},
    {"blank before the colon of a length", S("POST /sign-in HTTP/1.1\r\n" HOST "Content-Length : 3\r\n" END "a=b")},
    {"folded header", S("GET /law HTTP/1.1\r\n" HOST "X-A: one\r\n two\r\n" END)},
    {"folded length", S("POST /sign-in HTTP/1.1\r\n" HOST "Content-Length:\r\n 3\r\n" END "a=b")},
    {"folded coding", S("POST /sign-in HTTP/1.1\r\n" HOST "Transfer-Encoding:\r\n\tchunked\r\n" END "0\r\n\r\n")},
    {"bare LF between headers", S("GET /law HTTP/1.1\r\nHost: localhost\nX-A: b\r\n" END)},
    {"bare LF after the request line", S("GET /law HTTP/1.1\nHost: localhost\r\n" END)},
    {"bare CR in a value", S("GET /law HTTP/1.1\r\n" HOST "X-A: a\rb\r\n" END)},
    {"NUL in a value", S("GET /law HTTP/1.1\r\n" HOST "X-A: a\0b\r\n" END)},
    {"NUL in a name", S("GET /law HTTP/1.1\r\n" HOST "X\0A: b\r\n" END)},
    {"control in a value", S("GET /law HTTP/1.1\r\n" HOST "X-A: a\x01" "b\r\n" END)},
    {"NUL in the target", S("GET /la\0w HTTP/1.1\r\n" HOST END)},
    {"encoded NUL", S("GET /law%00 HTTP/1.1\r\n" HOST END)},
    {"encoded NUL in the query", S("GET /law?a=%00 HTTP/1.1\r\n" HOST END)},
    {"encoded line end", S("GET /law%0d%0aX:y HTTP/1.1\r\n" HOST END)},
    {"broken escape", S("GET /la%zz HTTP/1.1\r\n" HOST END)},
    {"overlong UTF-8", S("GET /%c0%af HTTP/1.1\r\n" HOST END)},
    {"raw high byte in the target", S("GET /\xff HTTP/1.1\r\n" HOST END)},
    {"absolute target", S("GET http://evil/law HTTP/1.1\r\n" HOST END)},
    {"no slash", S("GET law HTTP/1.1\r\n" HOST END)},
    {"HTTP/0.9", S("GET /law\r\n\r\n")},
    {"HTTP/2 in text", S("GET /law HTTP/2.0\r\n" HOST END)},
    {"HTTP/1.10", S("GET /law HTTP/1.10\r\n" HOST END)},
    {"method of odd bytes", S("G(T /law HTTP/1.1\r\n" HOST END)},
    {"unknown method", S("BREW /law HTTP/1.1\r\n" HOST END)},
    {"header without a colon", S("GET /law HTTP/1.1\r\n" HOST "nonsense\r\n" END)},
    {"bare LF at the end", S("GET /law HTTP/1.1\r\n" HOST "Connection: close\r\n\n")},
    {"header without a name", S("GET /law HTTP/1.1\r\n" HOST ": x\r\n" END)},
    {"body where none is taken", S("GET /law HTTP/1.1\r\n" HOST "Content-Length: 5\r\n" END "hello")},
    {"garbage", S("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n")}};
