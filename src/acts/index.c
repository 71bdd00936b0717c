/* Search index of what acts name: derived from the tables, so it is rebuilt by replay like everything else. */
#include "acts/act.h"
#include "acts/initials.h"

static const struct {
    const char *act, *kind, *sql; /* sql: id, text; a third column is found by the initials of its pinyin, too */
} indexed[] = {
    {"subject.register", "subject",
     "SELECT id, name || ' ' || COALESCE(uscc, '') || ' ' || COALESCE(permit_no, '') || ' ' || id, name FROM subject WHERE id = :id"},
    {"outlet.register", "outlet", "SELECT id, name || ' ' || mn FROM outlet WHERE id = :id"},
    {"outlet.amend", "outlet", "SELECT id, name || ' ' || mn FROM outlet WHERE id = :outlet"},
    {"provider.apply", "provider", "SELECT id, name || ' ' || COALESCE(uscc, '') FROM provider WHERE id = :id"},
    {"member.add", "member", "SELECT id, name || ' ' || COALESCE(speciality, '') FROM member WHERE id = :id"},
    {"user.register", "users", "SELECT id, name FROM users WHERE id = :id"},
    {"user.amend", "users", "SELECT id, name FROM users WHERE id = :user"},
    {"agency.register", "agency", "SELECT id, name FROM agency WHERE id = :id"},
    {"entrustment.draft", "entrustment", "SELECT id, COALESCE(matter, '') FROM entrustment WHERE id = :id"},
    {"procurement.open", "procurement", "SELECT id, COALESCE(title, '') FROM procurement WHERE id = :id"},
    {"material.submit", "material", "SELECT id, COALESCE(title, '') FROM material WHERE id = :id"},
    {"case.open", "casefile", "SELECT id, COALESCE(cause, '') FROM casefile WHERE id = :id"}};

err *act_index(struct act *a)
{
    for (size_t i = 0; i < sizeof indexed / sizeof *indexed; i++) {
        if (strcmp(a->type->name, indexed[i].act) != 0)
            continue;
        struct db_rows rows;
        bool more;
        TRY(act_query(a, indexed[i].sql, &rows));
        TRY(db_next(&rows, &more));
        if (!more)
            return NULL;
        str id = db_str(&rows, 0), text = db_str(&rows, 1);
        if (rows.columns > 2)
            text = arena_printf(a->arena, "%.*s %.*s", STR_ARG(text), STR_ARG(initials_of(a->arena, db_str(&rows, 2))));
        db_rows_end(&rows);
        return search_put(a->db, str_of(indexed[i].kind), id, text);
    }
    return NULL;
}
