/*
 * The figures. Times are days of China. A row is one thing once: what could be counted twice stands under DISTINCT or GROUP BY.
 * Sources: the domain's list of statistics (双随机实施细则、移动执法平台统计口径) and the regulation's articles.
 */
#include "analysis/figures_private.h"

#define VISIT_ROWS(more)                                                                            \
    "SELECT v.id AS id, 'visits' AS thing, e.agency AS agency, COALESCE(s.region, e.region) AS region, " DAY_OF("v.starts") " AS on_day, 1 AS value" \
    " FROM visit v JOIN entrustment e ON e.id = v.entrustment LEFT JOIN subject s ON s.id = v.subject"  \
    " WHERE v.state = 'closed' AND v.starts >= :from_at AND v.starts < :to_at" more
/* A company visited in the period, once, whoever visited: it is counted where it stands. */
#define VISITED_ROWS(more)                                                                          \
    "SELECT v.subject AS id, 'subjects' AS thing, CAST(NULL AS TEXT) AS agency, MIN(s.region) AS region, MIN(" DAY_OF("v.starts") ") AS on_day, 1 AS value" \
    " FROM visit v JOIN subject s ON s.id = v.subject"                                               \
    " WHERE v.state = 'closed' AND v.starts >= :from_at AND v.starts < :to_at GROUP BY v.subject" more
#define TASK_ROWS(time, more)                                                                       \
    "SELECT e.id AS id, 'entrustments' AS thing, e.agency AS agency, e.region AS region, " DAY_OF(time) " AS on_day, 1 AS value" \
    " FROM entrustment e WHERE " time " >= :from_at AND " time " < :to_at" more
#define DUE_ROWS(more)                                                                              \
    "SELECT e.id AS id, 'entrustments' AS thing, e.agency AS agency, e.region AS region, e.to_date AS on_day, 1 AS value" \
    " FROM entrustment e WHERE e.to_date >= :from AND e.to_date <= :to AND e.approved_at IS NOT NULL AND e.state NOT IN ('withdrawn'," \
    " 'declined', 'released')" more
/* What would tell, by being there or by the name in its id, of what is sealed: who was drawn, what discipline looks into. */
#define SEALED_TODO                                                                                 \
    "(l.kind LIKE 'integrity%' OR l.thing_kind IN ('complaint', 'gift', 'secrecy_breach')"           \
    " OR (l.kind = 'draw_execute' AND NOT EXISTS (SELECT 1 FROM draw w WHERE w.id = l.thing_id AND w.published_at IS NOT NULL))" \
    " OR (l.thing_kind = 'backcheck' AND EXISTS (SELECT 1 FROM backcheck b WHERE b.id = l.thing_id AND b.draw IS NOT NULL AND b.state <>" \
    " 'reported')) OR (l.thing_kind = 'clue' AND EXISTS (SELECT 1 FROM clue c WHERE c.id = l.thing_id AND (c.about_staff = 1 OR" \
    " COALESCE(c.author, '') = 'public'))))"
#define TODO_ROWS(more)                                                                             \
    "SELECT l.id AS id, 'todos' AS thing, l.agency AS agency, g.region AS region, " DAY_OF("l.due_at") " AS on_day, 1 AS value" \
    " FROM todo l JOIN agency g ON g.id = l.agency WHERE l.due_at >= :from_at AND l.due_at < :to_at AND NOT " SEALED_TODO more
#define MATERIAL_ROWS(time, more)                                                                   \
    "SELECT m.id AS id, 'materials' AS thing, e.agency AS agency, e.region AS region, " DAY_OF(time) " AS on_day, 1 AS value" \
    " FROM material m JOIN entrustment e ON e.id = m.entrustment JOIN act_log l ON l.seq = m.seq WHERE " time " >= :from_at AND " time " < :to_at" more
#define BACKCHECK_ROWS(more)                                                                        \
    "SELECT b.id AS id, 'backchecks' AS thing, e.agency AS agency, e.region AS region, " DAY_OF("l.at") " AS on_day, 1 AS value" \
    " FROM backcheck b JOIN material m ON m.id = b.material JOIN entrustment e ON e.id = m.entrustment JOIN act_log l ON l.seq = b.report_seq" \
    " WHERE b.state = 'reported' AND l.at >= :from_at AND l.at < :to_at" more
#define OBJECTION_ROWS(time, more)                                                                  \
    "SELECT o.id AS id, 'objections' AS thing, e.agency AS agency, e.region AS region, " DAY_OF(time) " AS on_day, 1 AS value" \
    " FROM objection o JOIN entrustment e ON e.id = o.entrustment WHERE " time " >= :from_at AND " time " < :to_at" more
#define CLUE_ROWS(more)                                                                             \
    "SELECT c.id AS id, 'clues' AS thing, c.agency AS agency, COALESCE(s.region, g.region) AS region, " DAY_OF("c.reported_at") " AS on_day, 1 AS value" \
    " FROM clue c JOIN agency g ON g.id = c.agency LEFT JOIN subject s ON s.id = c.subject WHERE c.about_staff = 0 AND COALESCE(c.author, '') <> 'public'" \
    " AND c.reported_at >= :from_at AND c.reported_at < :to_at" more
/* A third party's entry belongs to the agency of its newest agreement. */
#define ENTRY_ROWS(more)                                                                            \
    "SELECT CAST(l.seq AS TEXT) AS id, 'acts' AS thing, l.agency AS agency, g.region AS region, " DAY_OF("l.at") " AS on_day, 1 AS value" \
    " FROM (SELECT y.seq AS seq, y.at AS at, y.mark AS mark, COALESCE(y.agency, (SELECT ag.agency FROM agreement ag WHERE ag.provider = y.provider" \
    " ORDER BY ag.seq DESC LIMIT 1)) AS agency FROM act_log y WHERE y.verdict = 0 AND y.at >= :from_at AND y.at < :to_at AND y.author <> 'public'" \
    " AND y.act NOT LIKE 'integrity.%' AND y.act <> 'backcheck.draw') l JOIN agency g ON g.id = l.agency WHERE 1 = 1" more
#define RECORD_ROWS(more)                                                                           \
    "SELECT r.id AS id, 'records' AS thing, e.agency AS agency, e.region AS region, " DAY_OF("l.at") " AS on_day, 1 AS value" \
    " FROM record r JOIN entrustment e ON e.id = r.entrustment JOIN act_log l ON l.seq = r.seq WHERE l.at >= :from_at AND l.at < :to_at" more
#define PAID_ROWS                                                                                   \
    "SELECT p.id AS id, 'payments' AS thing, g.agency AS agency, a.region AS region, " DAY_OF("p.paid_at") " AS on_day, p.amount AS value" \
    " FROM payment p JOIN agreement g ON g.id = p.agreement JOIN agency a ON a.id = g.agency WHERE p.state = 'paid' AND p.paid_at >= :from_at" \
    " AND p.paid_at < :to_at"
#define REFUSAL_ROWS                                                                                \
    "SELECT r.id AS id, 'order-refusals' AS thing, e.agency AS agency, e.region AS region, " DAY_OF("r.at") " AS on_day, 1 AS value" \
    " FROM order_refusal r JOIN entrustment e ON e.id = r.entrustment WHERE r.at >= :from_at AND r.at < :to_at"

const struct figure figure_list[] = {
    {"coverage", "检查覆盖率", FIGURE_SHARE, "期内已检查的对象（不重复计）", "在册对象", "现场检查开始之日在期内；在册对象为期末在册",
     "双随机、一公开：抽查覆盖率", true, VISITED_ROWS(""),
     "SELECT s.id AS id, 'subjects' AS thing, CAST(NULL AS TEXT) AS agency, s.region AS region, " DAY_OF("l.at") " AS on_day, 1 AS value FROM subject s"
     " JOIN act_log l ON l.seq = s.seq WHERE l.at < :to_at AND :from_at <= :to_at"},
    {"completion", "委托完成率", FIGURE_SHARE, "其中已完成的委托", "期内到期的委托", "委托期限届满之日在期内；谢绝、撤回和解除本次委托的不计",
     "双随机、一公开：任务完成率", false, DUE_ROWS(" AND e.state = 'finished'"), DUE_ROWS("")},
    {"on-time", "按期完成率", FIGURE_SHARE, "其中在期限内完成的", "期内完成的委托", "完成之日在期内", "双随机、一公开：按时完成率", false,
     TASK_ROWS("e.ended_at", " AND e.state = 'finished' AND " DAY_OF("e.ended_at") " <= e.to_date"), TASK_ROWS("e.ended_at", " AND e.state = 'finished'")},
    {"found", "问题发现率", FIGURE_SHARE, "其中发现问题并转为线索、准予立案、移送或并案的", "期内已检查的现场",
     "现场检查开始之日在期内", "双随机、一公开：问题发现率；只作说明，不得作为考核指标（国办发〔2024〕54号）", false,
     VISIT_ROWS(" AND EXISTS (SELECT 1 FROM clue c WHERE c.entrustment = v.entrustment AND c.about_staff = 0 AND COALESCE(c.author, '') <> 'public' AND (c.subject IS NULL OR c.subject ="
                " v.subject) AND c.outcome IN ('opened', 'transferred', 'merged'))"), VISIT_ROWS("")},
    {"off-site", "非现场检查率", FIGURE_SHARE, "其中不进入现场的委托", "期内完成的委托", "完成之日在期内", "规定第六条：鼓励非现场手段", false,
     TASK_ROWS("e.ended_at", " AND e.state = 'finished' AND e.enters_site = 0"), TASK_ROWS("e.ended_at", " AND e.state = 'finished'")},
    {"repeat", "重复检查率", FIGURE_SHARE, "其中检查两次以上的对象", "期内已检查的对象", "现场检查开始之日在期内", "国办发〔2024〕54号：避免重复检查", false,
     VISITED_ROWS(" HAVING COUNT(*) > 1"), VISITED_ROWS("")},
    {"deadlines", "期限遵守率", FIGURE_SHARE, "其中在期限内办结的", "期内到期的待办事项", "到期时刻在期内；逾期未办结的计入分母", "规定及公布的办理期限", false,
     TODO_ROWS(" AND EXISTS (SELECT 1 FROM act_log x WHERE x.seq = l.closed_seq AND x.received_at <= l.due_at)"), TODO_ROWS("")},
    {"overdue", "逾期未办结", FIGURE_COUNT, "期内到期而未办结的待办事项", NULL, "到期时刻在期内", "规定及公布的办理期限", false, TODO_ROWS(" AND l.closed_seq IS NULL"), NULL},
    {"spend-budget", "预算支付率", FIGURE_MONEY, "期内已支付的金额", "期内各年度批准的预算", "支付之日在期内；预算按年度计，跨年的各年相加", "规定第十四条：纳入同级财政预算", true,
     PAID_ROWS,
     "SELECT b.id AS id, 'budgets' AS thing, b.agency AS agency, g.region AS region, " DAY_OF("l.at") " AS on_day, b.amount AS value FROM budget b"
     " JOIN agency g ON g.id = b.agency JOIN act_log l ON l.seq = b.seq WHERE b.year >= :from_year AND b.year <= :to_year"},
    {"spend-agreement", "协议支付率", FIGURE_MONEY, "期内已支付的金额", "期内有效协议的合同金额", "支付之日在期内；协议期限与期间有重叠", "规定第七条、第十四条", true,
     PAID_ROWS,
     "SELECT x.id AS id, 'agreements' AS thing, x.agency AS agency, g.region AS region, x.from_date AS on_day, x.fee AS value FROM agreement x"
     " JOIN agency g ON g.id = x.agency WHERE x.state <> 'draft' AND x.from_date <= :to AND x.to_date >= :from"},
    {"refusals", "依法拒绝", FIGURE_COUNT, "第三方拒绝越权要求的次数", NULL, "拒绝之时在期内", "规定第四条；次数不作任何评价，只供查找越权要求", false, REFUSAL_ROWS, NULL},
    {"objections", "异议成立率", FIGURE_SHARE, "其中成立或部分成立的", "期内决定的异议", "决定之时在期内", "规定第八条", false,
     OBJECTION_ROWS("o.decided_at", " AND o.state IN ('upheld', 'partly')"), OBJECTION_ROWS("o.decided_at", "")},
    {"objections-lodged", "提出异议", FIGURE_COUNT, "相对人提出的异议", NULL, "提出之时在期内", "规定第四条、第八条", false, OBJECTION_ROWS("o.lodged_at", ""), NULL},
    {"late-entries", "补录率", FIGURE_SHARE, "其中补录的", "期内办理的事项", "所述时刻在期内；不予和暂缓的不计；第三方办理的计入其最近协议的机构", "规定第十条：记录备案", false,
     ENTRY_ROWS(" AND l.mark = 2"), ENTRY_ROWS("")},
    {"verified", "材料核实率", FIGURE_SHARE, "其中已核实或不予采用的", "期内提交的材料", "提交之时在期内", "规定第九条", false,
     MATERIAL_ROWS("l.at", " AND m.state <> 'submitted'"), MATERIAL_ROWS("l.at", "")},
    {"backchecks", "回查一致率", FIGURE_SHARE, "其中一致的", "期内报告的回查", "报告之时在期内", "规定第九条", false, BACKCHECK_ROWS(" AND b.agrees = 1"), BACKCHECK_ROWS("")},
    {"records", "备案完成率", FIGURE_SHARE, "其中已备案的", "期内编制的备案记录", "编制之时在期内", "规定第十条", false, RECORD_ROWS(" AND r.state = 'filed'"), RECORD_ROWS("")},
    {"clues", "线索处理率", FIGURE_SHARE, "其中已处理的", "期内报告的线索", "报告之时在期内；涉及工作人员的和匿名举报的不计", "规定第十三条", false, CLUE_ROWS(" AND c.state = 'decided'"), CLUE_ROWS("")},
};
const size_t figure_list_n = sizeof figure_list / sizeof *figure_list;
