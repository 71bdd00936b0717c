/* Things of exchange: who asked to take what out, and what was taken. Seen by the one concerned and by those who watch. */
#include "acts/things_private.h"

#define OWN_OR_WATCH                                                                                \
    "(x.author = :user OR (" IN_AGENCY("x.agency") " AND EXISTS (SELECT 1 FROM user_role w WHERE w.user_id = :user"  \
    " AND w.role IN ('head', 'discipline', 'auditor', 'secadmin'))))"

const struct thing things_exchange[] = {
    {.name = "export_requests", .label = "导出申请", .table = "export_request",
     .title = "'导出申请 ' || x.id",
     .columns = COLUMNS({"id", "编号", COLUMN_ID, 0}, {"what", "内容", COLUMN_ENUM, L | F, "what"}, {"filters", "筛选条件", COLUMN_TEXT, L, NULL, "REPLACE(x.filters, 'case=', '案卷=')"},
                        {"format", "格式", COLUMN_ENUM, L}, {"purpose", "用途", COLUMN_TEXT, L},
                        {"author", "申请人", COLUMN_REF, L | F, "users"}, {"agency", "机构", COLUMN_REF, 0, "agency"},
                        {"state", "状态", COLUMN_ENUM, ST, "requested=已申请 approved=已批准 declined=未批准 taken=已取件"},
                        {"decided_by", "审批人", COLUMN_REF, L, "users"}, {"decided_at", "审批时间", COLUMN_TIME, L},
                        {"decision_reason", "意见", COLUMN_TEXT, 0}, {"valid_to", "取件期限", COLUMN_TIME, L}),
     .roles = INSIDE_ROLES, .scope_agency = OWN_OR_WATCH, .acts = ACTS("export.approve", "export.decline")},
    {.name = "exports", .label = "导出记录", .table = "export_take", .title = "'导〔' || x.year || '〕' || x.number || '号'",
     .columns = COLUMNS({"id", "编号", COLUMN_ID, 0}, {"code", "水印", COLUMN_TEXT, L, NULL, "UPPER(x.id)"}, {"what", "内容", COLUMN_ENUM, L | F, "what"}, {"filters", "筛选条件", COLUMN_TEXT, L, NULL, "REPLACE(x.filters, 'case=', '案卷=')"},
                        {"format", "格式", COLUMN_ENUM, 0}, {"rows_n", "行数", COLUMN_INT, L},
                        {"author", "取件人", COLUMN_REF, L | F, "users"}, {"agency", "机构", COLUMN_REF, 0, "agency"},
                        {"taken_at", "取件时间", COLUMN_TIME, L}, {"request", "导出申请", COLUMN_REF, 0, "export_request"},
                        {"digest", "文件摘要", COLUMN_TEXT, 0}),
     .roles = INSIDE_ROLES, .scope_agency = OWN_OR_WATCH},
    {0}};
