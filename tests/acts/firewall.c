/*
 * The delegation firewall, computed from the catalogue: which tables each act writes, and of which class they are.
 * A table is classed by what a row in it means in law. Tables that third parties write by design (their own
 * submissions, declarations, refusals, presence) are in class "other"; where such a table also holds the
 * authority's decision about the submission, the decision is told by the state or column written. A table that is
 * not in these lists counts as power.
 */
#include "firewall.h"

#include <string.h>

const char *const write_class_names[WRITE_CLASSES] = {"其他", "证据", "备案与案卷", "告知", "决定", "权力"};

/* Whole tables. */
static const struct { const char *table; enum write_class class; } tables[] = {
    {"verification", WRITE_EVIDENCE},
    {"verification_proposal", WRITE_EVIDENCE},
    {"verification_signature", WRITE_EVIDENCE},
    {"citation", WRITE_EVIDENCE},
    {"backcheck", WRITE_EVIDENCE},
    {"outlet_mark", WRITE_EVIDENCE},
    {"outlet_mark_factor", WRITE_EVIDENCE},
    {"outlet_correction", WRITE_EVIDENCE},
    {"readings_anchor", WRITE_EVIDENCE},
    {"record", WRITE_RECORD},
    {"casefile", WRITE_RECORD},
    {"attachment", WRITE_RECORD},
    {"attachment_signer", WRITE_RECORD},
    {"case_explanation", WRITE_RECORD},
    {"case_export", WRITE_RECORD},
    {"notice", WRITE_NOTICE},
    {"notice_server", WRITE_NOTICE},
    {"objection_service", WRITE_NOTICE},
    {"violation_referral", WRITE_DECISION},
    {"erasure", WRITE_DECISION},
    {"evaluation_item", WRITE_DECISION},
    {"held", WRITE_DECISION},
    {"acceptance", WRITE_DECISION},
    {"acceptance_item", WRITE_DECISION},
    {"acceptance_panel", WRITE_DECISION},
    {"payment", WRITE_DECISION},
    {"clue_verdict", WRITE_DECISION},
    {"procurement", WRITE_DECISION},
    {"disclosure", WRITE_DECISION},
    {"disclosure_due", WRITE_DECISION},
    {"incident", WRITE_DECISION},
    {"integrity_finding", WRITE_DECISION},
    {"integrity_check", WRITE_DECISION},
    {"agency", WRITE_POWER},
    {"visit_capture", WRITE_EVIDENCE},
    {"users", WRITE_POWER},
    {"user_role", WRITE_POWER},
    {"delegation", WRITE_POWER},
    {"delegation_act", WRITE_POWER},
    {"certificate", WRITE_POWER},
    {"certificate_area", WRITE_POWER},
    {"agreement", WRITE_POWER},
    {"agreement_matter", WRITE_POWER},
    {"agreement_region", WRITE_POWER},
    {"agreement_clause", WRITE_POWER},
    {"entrustment_officer", WRITE_POWER},
    {"entrustment_member", WRITE_POWER},
    {"entrustment_subject", WRITE_POWER},
    {"visit", WRITE_POWER},
    {"contact_authorisation", WRITE_POWER},
    {"budget", WRITE_POWER},
    {"roster", WRITE_POWER},
    {"roster_entry", WRITE_POWER},
    {"policy", WRITE_POWER},
    {"law_adoption", WRITE_POWER},
    {"holiday_day", WRITE_POWER},
    {"holiday_year", WRITE_POWER},
    {"limit_row", WRITE_POWER},
    {"draw", WRITE_POWER},
    {"draw_pool", WRITE_POWER},
    {"draw_exclusion", WRITE_POWER},
    {"qualification", WRITE_POWER},
    {"draw_stratum", WRITE_POWER},
    {"draw_cap", WRITE_POWER},
    {"draw_bar", WRITE_POWER},
    {"draw_past", WRITE_POWER},
    {"draw_change", WRITE_POWER},
    {"subject", WRITE_POWER},
    {"entrustment_output", WRITE_POWER},
    {"agreement_other", WRITE_POWER},
    {"agency_mark", WRITE_POWER},
    {"wording", WRITE_POWER},
    {"outlet", WRITE_POWER},
    {"outlet_network", WRITE_POWER},
    {"export_request", WRITE_POWER},
    {"export_take", WRITE_POWER},
    {"emission_limit", WRITE_POWER},
    {"backcheck_draw", WRITE_POWER},
    {"backcheck_pool", WRITE_POWER},
    /* a third party's own word, or the engine's book-keeping */
    {"relation", WRITE_OTHER},
    {"device", WRITE_OTHER},
    {"provider_speciality", WRITE_OTHER},
    {"undertaking", WRITE_OTHER},
    {"interest", WRITE_OTHER},
    {"order_refusal", WRITE_OTHER},
    {"data_return", WRITE_OTHER},
    {"presence_event", WRITE_OTHER},
    {"phone", WRITE_OTHER},
    {"material_source", WRITE_OTHER},
    {"material_person", WRITE_OTHER},
    {"clue_material", WRITE_OTHER},
    {"clue_about", WRITE_OTHER},
    {"clue_talk", WRITE_OTHER},
    {"contact_log", WRITE_OTHER},
    {"gift", WRITE_OTHER},
    {"complaint", WRITE_OTHER},
    {"violation_answer", WRITE_OTHER},
    {"secrecy_breach", WRITE_OTHER},
    {"visit_rating", WRITE_OTHER},
    {"evaluation_appeal", WRITE_OTHER},
    {"draw_party", WRITE_OTHER},
    {"todo", WRITE_OTHER},
    {"act_key", WRITE_OTHER},
    {"touch", WRITE_OTHER},
    {"act_log", WRITE_OTHER},
    {"draw_look", WRITE_OTHER},
    {"tie", WRITE_OTHER},
    {"screening", WRITE_OTHER},
    {"integrity_answer", WRITE_OTHER},
    {"flight_import", WRITE_OTHER},
    {"flight_original", WRITE_OTHER},
    {"scene", WRITE_OTHER},
    {"scene_run", WRITE_DECISION},
    {"scene_finding", WRITE_DECISION},
    {"scene_lineage", WRITE_DECISION},
    {"map_layer", WRITE_DECISION},
    {"fire_batch", WRITE_DECISION},
    {"fire_finding", WRITE_DECISION},
};

/* Tables a third party may submit to, and the words that would make the submission a decision of the authority. */
static const struct { const char *table; enum write_class class; const char *words[8]; } decisions[] = {
    {"identity", WRITE_DECISION, {"'one'", "'apart'", "decided_by"}},
    {"material", WRITE_EVIDENCE, {"'adoptable'", "'reference_only'", "'rejected'", "verified_at", "verified_seq"}},
    {"clue", WRITE_DECISION, {"'decided'", "'received'", "outcome", "received_by", "decided_at", "casefile ="}},
    {"provider", WRITE_POWER, {"'admitted'", "'suspended'", "'removed'", "ban_until ="}},
    {"member", WRITE_POWER, {"'admitted'", "card_no =", "exam_passed_on ="}},
    {"entrustment", WRITE_POWER, {"'drafted'", "'approved'", "'finished'", "'released'", "approved_by ="}},
    {"orders", WRITE_POWER, {"'given'"}},
    {"secret_mark", WRITE_DECISION, {"'upheld'", "'partly'", "'rejected'", "decided_by", "outcome"}},
    {"objection", WRITE_DECISION, {"'upheld'", "'partly'", "'rejected'", "decided_by", "outcome"}},
    {"violation", WRITE_DECISION, {"'open'", "'verified'", "'unfounded'", "'overturned'", "found_by", "decision_no"}},
    {"evaluation", WRITE_DECISION, {":points", "points =", "maximum ="}},
    {"flight", WRITE_POWER, {"'approved'", "approved_by ="}},
    {"paper", WRITE_NOTICE, {"'authority'", "digest =", "void_at ="}},
};

/* What apply_more writes. A test sees to it that every act with one is here, and stories that nothing else is. */
static const struct { const char *act, *verb, *table, *set; } more[] = {
#include "firewall_more.def"
};

enum write_class table_class(str table, str verb, str set)
{
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (str_eq(table, str_of(tables[i].table)))
            return tables[i].class;
    for (size_t i = 0; i < sizeof decisions / sizeof *decisions; i++) {
        if (!str_eq(table, str_of(decisions[i].table)))
            continue;
        if (str_eq(verb, S("DELETE")) || str_find(set, S(" state = :")) >= 0) /* a state of the actor's choosing */
            return decisions[i].class;
        for (const char *const *w = decisions[i].words; *w; w++)
            if (str_find(set, str_of(*w)) >= 0)
                return decisions[i].class;
        return WRITE_OTHER;
    }
    return WRITE_POWER; /* a table nobody has classed */
}

static str word_after(str sql, size_t at)
{
    while (at < sql.n && sql.p[at] == ' ')
        at++;
    size_t from = at;
    while (at < sql.n && (sql.p[at] == '_' || (sql.p[at] >= 'a' && sql.p[at] <= 'z') || (sql.p[at] >= '0' && sql.p[at] <= '9')))
        at++;
    return str_sub(sql, from, at - from);
}

/* One statement is one write. What may decide: the SET list, or the VALUES or SELECT list of an INSERT. */
static bool write_of(const char *text, struct table_write *ret)
{
    static const struct { const char *opening, *verb; } verbs[] = {
        {"INSERT INTO ", "INSERT"}, {"UPDATE ", "UPDATE"}, {"DELETE FROM ", "DELETE"}};
    str sql = str_of(text);
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        ptrdiff_t at = str_find(sql, str_of(verbs[i].opening));
        if (at < 0 || (at > 0 && !str_starts(sql, S("WITH "))))
            continue;
        ret->verb = str_of(verbs[i].verb);
        ret->table = word_after(sql, (size_t)at + strlen(verbs[i].opening));
        str rest = str_sub(sql, (size_t)at, sql.n);
        ptrdiff_t from = str_find(rest, i == 1 ? S(" SET ") : S(") ")), to = -1;
        rest = from < 0 ? STR_NONE : str_sub(rest, (size_t)from, rest.n);
        to = str_find(rest, i == 1 ? S(" WHERE ") : S(" FROM "));
        ret->set = to < 0 ? rest : str_sub(rest, 0, (size_t)to);
        return ret->table.n > 0;
    }
    return false;
}

static void add(struct table_write ret[LIMIT_WRITES], size_t *n, struct table_write w)
{
    w.class = table_class(w.table, w.verb, w.set);
    for (size_t i = 0; i < *n; i++)
        if (str_eq(ret[i].table, w.table) && str_eq(ret[i].verb, w.verb) && ret[i].class == w.class)
            return;
    CHECK(*n < LIMIT_WRITES);
    ret[(*n)++] = w;
}

size_t act_writes(struct arena *a, const struct act_type *t, struct table_write ret[LIMIT_WRITES])
{
    (void)a;
    size_t n = 0;
    for (const struct act_step *s = t->apply; s < t->apply + LIMIT_ACT_STEPS && s->sql; s++) {
        struct table_write w = {0};
        CHECK(write_of(s->sql, &w)); /* an apply step that is no single write */
        add(ret, &n, w);
    }
    for (size_t i = 0; i < sizeof more / sizeof *more; i++)
        if (strcmp(more[i].act, t->name) == 0 && *more[i].table)
            add(ret, &n, (struct table_write){str_of(more[i].verb), str_of(more[i].table), str_of(more[i].set), WRITE_OTHER});
    return n;
}

bool act_writes_undeclared(const struct act_type *t)
{
    bool declared = false;
    for (size_t i = 0; i < sizeof more / sizeof *more; i++)
        declared |= strcmp(more[i].act, t->name) == 0;
    return declared != (t->apply_more != NULL);
}

static const char *const rights[] = {
    "order.refuse", "entrustment.decline", "objection.lodge", "complaint.lodge", "clue.report", "contact.log", "gift.report",
    "interest.declare", "relation.record", "secrecy.breach", "violation.answer", "evaluation.appeal", "presence.leave",
    "visit.rate", "secret.mark",
    "data.return"};

bool is_listed_right(str act)
{
    for (size_t i = 0; i < sizeof rights / sizeof *rights; i++)
        if (str_eq(act, str_of(rights[i])))
            return true;
    return false;
}

size_t listed_rights(const char *const **ret)
{
    *ret = rights;
    return sizeof rights / sizeof *rights;
}

/* ---- the page ---- */

static void print_roles(buf *b, uint32_t roles)
{
    bool any = false;
    for (int r = 0; r < LAW_ROLE_COUNT; r++)
        if (roles & ROLE_BIT(r)) {
            buf_printf(b, "%s%s", any ? "、" : "", law_role_names[r].zh);
            any = true;
        }
}

static void print_writes(buf *b, const struct table_write *w, size_t n, bool with_tables)
{
    bool seen[WRITE_CLASSES] = {false}, any = false;
    for (size_t i = 0; i < n; i++) {
        if (with_tables)
            buf_printf(b, "%s%.*s %.*s", i ? ", " : "", STR_ARG(w[i].verb), STR_ARG(w[i].table));
        seen[w[i].class] = true;
    }
    for (int c = WRITE_OTHER + 1; c < WRITE_CLASSES && !with_tables; c++)
        if (seen[c]) {
            buf_printf(b, "%s%s", any ? "、" : "", write_class_names[c]);
            any = true;
        }
    if (!with_tables && !any)
        buf_add(b, S("—"));
}

static void print_acts(buf *b, bool third_party)
{
    AUTO_ARENA(a);
    buf_printf(b, third_party ? "| act | who | right | writes |\n|---|---|---|---|\n" : "| act | who | writes of class |\n|---|---|---|\n");
    for (size_t i = 0; i < act_type_count(); i++) {
        const struct act_type *t = act_type_at(i);
        struct table_write w[LIMIT_WRITES];
        size_t n = act_writes(a, t, w);
        if (third_party != ((t->roles & ROLES_THIRD_PARTY) != 0))
            continue;
        buf_printf(b, "| `%s` %s | ", t->name, t->label);
        print_roles(b, t->roles);
        if (third_party)
            buf_printf(b, " | %s", t->flags & ACT_RIGHT ? "yes" : t->flags & ACT_RIGHT_LATE ? "offline or late" : "");
        buf_add(b, S(" | "));
        print_writes(b, w, n, third_party);
        buf_add(b, S(" |\n"));
    }
}

static void print_powers(buf *b)
{
    buf_add(b, S("| power | in an order | in an agreement |\n|---|---|---|\n"));
    for (int p = 0; p < LAW_POWER_COUNT; p++) {
        const char *verdict = p >= POWER_FIRST_FORBIDDEN ? "refused, Art. 4" : "may be asked for";
        const char *also = p == POWER_CONTACT_SUBJECT    ? " and 5"
                           : p == POWER_ENTER_ALONE      ? " and 11"
                           : p == POWER_INVESTIGATE_CLUE ? " and 13"
                                                         : "";
        buf_printf(b, "| `%s` %s | %s%s | %s%s |\n", law_power_names[p].id, law_power_names[p].zh, verdict, also, verdict, also);
    }
}

void firewall_print(buf *b)
{
    size_t third = 0;
    for (size_t i = 0; i < act_type_count(); i++)
        third += (act_type_at(i)->roles & ROLES_THIRD_PARTY) != 0;
    buf_printf(b,
               "# The delegation firewall\n\n"
               "Made by `tests/acts/test_firewall --print` from the catalogue itself; `./check unit` compares. What is claimed,\n"
               "and checked by enumeration there:\n\n"
               "1. No act open to a provider's lead or a member (experts and lawyers hold the same two roles) writes a row of\n"
               "   evidence, record, notice, decision or power.\n"
               "2. Every other act is refused to them, citing Art. 4 and the act's own article, whatever the state of things is.\n"
               "3. Every power from `inspect` on is refused in an order and in an agreement, whatever else the facts are.\n"
               "4. An act on the list of rights is allowed whatever the facts are; nothing else carries that mark.\n\n"
               "%zu acts, %zu of them open to third parties; %d roles; %d powers, %d of them beyond delegation.\n\n"
               "## Acts open to third parties\n\n",
               act_type_count(), third, LAW_ROLE_COUNT, LAW_POWER_COUNT, LAW_POWER_COUNT - POWER_FIRST_FORBIDDEN);
    print_acts(b, true);
    buf_add(b, S("\n`presence.enter` is a right when it is `offline` or carries a `late_reason`: then it reports what happened.\n\n"
                 "## Powers\n\n"));
    print_powers(b);
    buf_add(b, S("\n## All other acts: refused to third parties\n\n"));
    print_acts(b, false);
}
