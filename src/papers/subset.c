/*
 * cairo cuts a font down to what a file uses, but reads all 65,535 outlines of a CJK font to do so: 15 ms a font. HarfBuzz
 * does it in four, for 300 glyphs (0.1 for a title's few glyphs) when it is not shown the tables that only shaping needs: most of its time
 * goes into a character map nobody asks for here. So cairo is given the small font (docs/decisions/0044-papers.md).
 */
#include "papers/subset.h"

#include <cairo-ft.h>
#include <hb-subset.h>
#include <string.h>

/* What the file's reader needs: outlines, their widths and the font's name. */
static hb_blob_t *drawing_table(hb_face_t *face, hb_tag_t tag, void *whole)
{
    static const hb_tag_t kept[] = {HB_TAG('C', 'F', 'F', ' '), HB_TAG('g', 'l', 'y', 'f'), HB_TAG('l', 'o', 'c', 'a'),
                                    HB_TAG('h', 'e', 'a', 'd'), HB_TAG('h', 'h', 'e', 'a'), HB_TAG('h', 'm', 't', 'x'),
                                    HB_TAG('m', 'a', 'x', 'p'), HB_TAG('n', 'a', 'm', 'e'), HB_TAG('O', 'S', '/', '2'),
                                    HB_TAG('c', 'v', 't', ' '), HB_TAG('f', 'p', 'g', 'm'), HB_TAG('p', 'r', 'e', 'p')};
    (void)face;
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (kept[i] == tag)
            return hb_face_reference_table(whole, tag);
    return hb_blob_get_empty();
}

/* The font as bytes, and where its glyphs went. */
static hb_blob_t *cut(const struct press_font *f, hb_map_t **ret_map)
{
    hb_face_t *drawing = hb_face_create_for_tables(drawing_table, f->face, NULL);
    hb_subset_input_t *input = hb_subset_input_create_or_fail();
    hb_blob_t *bytes = NULL;
    if (input) {
        hb_set_union(hb_subset_input_glyph_set(input), f->glyphs);
        hb_subset_input_set_flags(input, HB_SUBSET_FLAGS_NO_HINTING | HB_SUBSET_FLAGS_DESUBROUTINIZE);
        hb_subset_plan_t *plan = hb_subset_plan_create_or_fail(drawing, input);
        hb_face_t *small = plan ? hb_subset_plan_execute_or_fail(plan) : NULL;
        if (small) {
            bytes = hb_face_reference_blob(small);
            *ret_map = hb_map_copy(hb_subset_plan_old_to_new_glyph_mapping(plan));
        }
        hb_face_destroy(small);
        hb_subset_plan_destroy(plan);
        hb_subset_input_destroy(input);
    }
    hb_face_destroy(drawing);
    return bytes;
}

struct owned { FT_Library library; FT_Face face; hb_blob_t *bytes; };

static void owned_free(void *p)
{
    struct owned *o = p;
    FT_Done_Face(o->face);
    FT_Done_FreeType(o->library);
    hb_blob_destroy(o->bytes);
    free(o);
}

static err *cannot(const char *why)
{
    return err_detail(err_new(ERR_IO, "不能从已安装的字体中取出文书用到的字形"), why);
}

err *subset_make(const struct press_font *f, struct subset *ret)
{
    static const cairo_user_data_key_t key;
    *ret = (struct subset){0};
    struct owned *o = calloc(1, sizeof *o);
    CHECK(o);
    o->bytes = cut(f, &ret->new_id);
    if (!o->bytes) {
        free(o);
        return cannot("hb_subset");
    }
    unsigned n;
    const char *bytes = hb_blob_get_data(o->bytes, &n);
    bool library = FT_Init_FreeType(&o->library) == 0;
    if (!library || FT_New_Memory_Face(o->library, (const FT_Byte *)bytes, n, 0, &o->face)) {
        if (library)
            FT_Done_FreeType(o->library);
        hb_blob_destroy(o->bytes);
        free(o);
        return cannot("FT_New_Memory_Face");
    }
    ret->face = cairo_ft_font_face_create_for_ft_face(o->face, FT_LOAD_NO_HINTING);
    if (cairo_font_face_set_user_data(ret->face, &key, o, owned_free)) {
        owned_free(o);
        return cannot("cairo_font_face_set_user_data");
    }
    return NULL;
}

void subset_free(struct subset *s)
{
    if (s->face)
        cairo_font_face_destroy(s->face);
    if (s->new_id)
        hb_map_destroy(s->new_id);
    *s = (struct subset){0};
}
