/*
 * Held while letters are drawn or measured with cairo, by whichever folder does it. cairo 1.16 keeps one cache of glyphs for all threads: to make
 * room it takes a font's lock under the cache's, and elsewhere the cache's under a font's. Two threads wait for each other for ever, and with
 * them, sooner or later, everybody who wants a reader of the store. Not to be taken twice by one thread.
 */
#pragma once

void drawing_begin(void);
void drawing_end(void);
