/* Things, fifth part: papers and their wordings. */
#include "acts/things_private.h"

#define PAPER_STATE "CASE WHEN x.void_at IS NOT NULL THEN 'void' WHEN x.digest IS NULL THEN 'unprinted' ELSE 'issued' END"
/* Papers of what only some may see are theirs alone: of an inquiry, a refusal, a clue about staff. */
#define PAPER_OPEN                                                                                  \
    "(x.author = :user OR (x.form NOT IN ('A13', 'A19', 'A20', 'A24')) OR :discipline = 1 OR (x.form IN ('A19', 'A20')" \
    " AND NOT EXISTS (SELECT 1 FROM clue c WHERE c.id = x.thing_id AND (c.about_staff = 1 OR COALESCE(c.author, '') = 'public'))))"
/* A paper of a clue says what the clue says (clue_reach). The archivist keeps it with the file of a case that began with it, once that is sealed. */
#define CLUE_OPEN                                                                                   \
    "(x.thing_kind <> 'clue' OR x.author = :user OR :clues = 2 OR (:clues = 1 AND EXISTS (SELECT 1 FROM casefile k WHERE k.state = 'sealed'" \
    " AND k.basis_type = 'clue' AND k.basis_ref = x.thing_id AND " IN_AGENCY("k.agency") ")))"
/* What the company was served, and nothing announced before it was. */
#define PAPER_OF_SUBJECT                                                                            \
    "x.subject = :subject AND x.form IN ('A09', 'A10', 'A11', 'A12', 'S01', 'S03') AND (x.thing_kind <> 'notice' OR EXISTS" \
    " (SELECT 1 FROM notice n WHERE n.id = x.thing_id AND n.state <> 'issued')) AND (x.thing_kind <> 'paper' OR NOT EXISTS" \
    " (SELECT 1 FROM paper p JOIN notice n ON n.id = p.thing_id WHERE p.id = x.thing_id AND p.thing_kind = 'notice'" \
    " AND n.state = 'issued'))"
/* A report of a clue says what the clue says: it is read by whoever reported it, as the clue is. */
#define OWN_CLUE                                                                                    \
    "(x.thing_kind <> 'clue' OR EXISTS (SELECT 1 FROM clue c WHERE c.id = x.thing_id AND c.author = :user))"
#define PAPER_OF_PROVIDER                                                                           \
    "x.provider = :provider AND (x.maker = 'provider' OR x.form IN ('A03', 'A08', 'A12', 'A14', 'A22', 'A23', 'A24')) AND " OWN_CLUE
#define PAPER_OF_MEMBER "x.provider = :provider AND x.maker = 'provider' AND x.author = :user AND " OWN_CLUE

const struct thing things_paper[] = {
    {.name = "papers", .label = "文书", .table = "paper", .title = "x.number_text",
     .columns = COLUMNS({"id", "编号", COLUMN_ID, 0}, {"number_text", "文号", COLUMN_TEXT, 0}, {"form", "式样", COLUMN_ENUM, L | F},
                        {"maker", "出具方", COLUMN_ENUM, F, "authority=执法机构 provider=第三方"},
                        {"agency", "机构", COLUMN_REF, L | F, "agency"}, {"provider", "第三方", COLUMN_REF, F, "provider"},
                        {"subject", "执法相对人", COLUMN_REF, F, "subject"}, {"year", "年度", COLUMN_INT, F},
                        {"number", "序号", COLUMN_INT, 0}, {"date", "文书日期", COLUMN_DAY, L},
                        {"code", "查询码", COLUMN_TEXT, F, NULL,
                         "SUBSTR(x.code, 1, 4) || '-' || SUBSTR(x.code, 5, 4) || '-' || SUBSTR(x.code, 9, 4) || '-' || SUBSTR(x.code, 13, 4)"},
                        {"thing_kind", "所依据的事项", COLUMN_ENUM, F, "table"}, {"thing_id", "事项编号", COLUMN_TEXT, F},
                        {"author", "出具人", COLUMN_REF, IN, "users"}, {"issued_at", "出具时间", COLUMN_TIME, L},
                        {"digest", "文件摘要（SM3）", COLUMN_TEXT, 0}, {"wording", "措辞版本", COLUMN_INT, IN},
                        {"state", "状态", COLUMN_ENUM, ST, "issued=有效 unprinted=待生成 void=已作废", PAPER_STATE},
                        {"void_at", "作废时间", COLUMN_TIME, 0}, {"void_by", "作废人", COLUMN_REF, IN, "users"},
                        {"void_reason", "作废理由", COLUMN_TEXT, 0}, {"told_on", "告知收件人日期", COLUMN_DAY, 0},
                        {"replaced_by", "替换文书", COLUMN_REF, 0, "paper"}),
     .roles = BUSINESS_ROLES | LEAD | MEMBER_ROLE | SUBJECT_ROLE, .scope_agency = IN_AGENCY("x.agency") " AND " PAPER_OPEN " AND " CLUE_OPEN,
     .scope_provider = PAPER_OF_PROVIDER, .scope_member = PAPER_OF_MEMBER, .scope_subject = PAPER_OF_SUBJECT, .residual = true,
     .acts = ACTS("paper.void")},
    {.name = "wordings", .label = "文书措辞", .table = "wording", .key = "seq",
     .title = "x.form || ' 第' || x.version || '版'",
     .columns = COLUMNS({"seq", "序号", COLUMN_INT, 0}, {"form", "式样", COLUMN_ENUM, L | F}, {"version", "版本", COLUMN_INT, L},
                        {"from_date", "起用日期", COLUMN_DAY, L}, {"reason", "理由", COLUMN_TEXT, L},
                        {"author", "启用人", COLUMN_REF, L, "users"}, {"adopted_at", "启用时间", COLUMN_TIME, L}),
     .roles = INSIDE_ROLES, .scope_agency = EVERYBODY},
    {0}};
