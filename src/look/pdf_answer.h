/* What the reader of PDFs answers on its standard output: this, then `size` bytes of UTF-8. Private to look/. */
#pragma once
#include <stdint.h>

enum pdf_fault { PDF_FINE, PDF_LOCKED, PDF_BROKEN, PDF_PAGES, PDF_TEXT, PDF_WORDLESS, PDF_NO_SANDBOX, PDF_SIZE };
struct answer { uint32_t magic, fault, size; };
enum { PDF_MAGIC = 0x70646677 };
