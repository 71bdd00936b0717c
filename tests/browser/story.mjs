// What stands before the browser comes in: a bureau, its people, a provider with an agreement in force. Dates are
// counted from today, so that the day the test runs on is an ordinary day of the agreement.
const dayMs = 86400000;
export const day = (n) => new Date(Date.now() + 8 * 3600000 + n * dayMs).toISOString().slice(0, 10);
export const local = (minutes) => new Date(Date.now() + 8 * 3600000 + minutes * 60000).toISOString().slice(0, 16);

export function story() {
  const lines = [];
  let minute = 0;
  const at = (n) => `${day(n)}T09:${String(minute++ % 60).padStart(2, '0')}:00+08:00`;
  const act = (n, by, name, fields) => lines.push(JSON.stringify({ at: at(n), by, act: name, ...fields }));
  const year = Number(day(-60).slice(0, 4));
  const users = [['han', '韩处长', 'head'], ['wei', '魏队', 'officer'], ['luo', '罗执法', 'officer'], ['sun', '孙财务', 'finance'],
    ['zhou', '周采购', 'procurement'], ['qin', '秦纪检', 'discipline'], ['fa', '方法制', 'legal'], ['dang', '党档案', 'archivist']];

  act(-60, 'system', 'agency.register', { id: 'wuhan', name: '武汉市生态环境保护综合执法支队', region: '420100', level: 'city' });
  act(-60, 'system', 'user.register', { id: 'sys', name: '系统管理员', roles: ['sysadmin'], agency: 'wuhan' });
  for (const [id, name, role] of users)
    act(-60, 'sys', 'user.register', { id, name, roles: [role], agency: 'wuhan' });
  for (const [user, no] of [['wei', '17010001'], ['luo', '17010002']])
    act(-60, 'han', 'officer.certify', { user, cert_no: no, areas: ['420100'], from: day(-100), to: day(500) });
  act(-60, 'wei', 'subject.register', { id: 'jiang', name: '江汉化工有限公司', uscc: '91420102MA4TE5T136', region: '420102',
    class: 'key', lon: 114.31, lat: 30.6, visits_per_year: 4 });
  act(-60, 'sys', 'user.register', { id: 'fang', name: '方经理', roles: ['subject'], subject: 'jiang' });
  act(-59, 'sun', 'budget.approve', { id: 'b1', agency: 'wuhan', year, source: 'fiscal', level: 'same', amount: 120000000,
    approval_no: `武财预〔${year}〕15号` });
  act(-58, 'zhou', 'provider.apply', { id: 'blueline', name: '蓝线环境技术有限公司', kind: 'organisation',
    uscc: '91420500MA4K00010E', domestic: true, registered_on: '2018-05-02', specialities: ['facility_evaluation', 'uav'] });
  act(-58, 'zhou', 'qualification.record', { id: 'q1', holder: 'blueline', type: 'CMA', number: 'CMA-2024-0001', scope: '废水、废气',
    from: '2024-01-01', to: day(900), issuer: '湖北省市场监督管理局' });
  act(-58, 'sys', 'user.register', { id: 'bl-lead', name: '蓝线负责人', roles: ['provider_lead'], provider: 'blueline' });
  act(-58, 'sys', 'user.register', { id: 'mei-u', name: '梅工', roles: ['member'], provider: 'blueline' });
  act(-58, 'bl-lead', 'member.add', { id: 'mei', provider: 'blueline', name: '梅工', speciality: '废水治理', user: 'mei-u' });
  act(-57, 'han', 'provider.admit', { provider: 'blueline', reason: '资格审查通过' });
  act(-56, 'zhou', 'procurement.open', { id: 'p1', agency: 'wuhan', title: '第三方辅助执法服务', category: '辅助执法', year,
    budget: 'b1', amount: 115000000, method: 'competitive_consultation' });
  act(-40, 'zhou', 'procurement.award', { procurement: 'p1', provider: 'blueline', amount: 110000000, notified_on: day(-40) });
  act(-35, 'zhou', 'agreement.draft', { id: 'a1', procurement: 'p1', agency: 'wuhan', provider: 'blueline',
    matters: ['T02', 'T03', 'T04', 'T07', 'T15'], regions: ['420100'], from: day(-29), to: day(300), fee: 110000000,
    pricing: 'per_deliverable', clauses: ['scope', 'prohibition', 'discipline', 'recusal', 'ownership', 'entry', 'secrecy',
      'clue', 'acceptance', 'liability', 'data_return', 'no_subcontract'] });
  act(-31, 'bl-lead', 'undertaking.sign', { id: 'u1', agreement: 'a1', kinds: ['confidentiality', 'integrity', 'recusal'] });
  act(-31, 'mei-u', 'undertaking.sign', { id: 'u2', agreement: 'a1', member: 'mei',
    kinds: ['confidentiality', 'integrity', 'recusal'] });
  act(-30, 'han', 'agreement.sign', { agreement: 'a1', signed_on: day(-30), provider_signed_by: 'bl-lead' });
  act(-29, 'zhou', 'agreement.publish', { agreement: 'a1', published_on: day(-29) });
  act(-29, 'han', 'member.admit', { member: 'mei', exam_passed_on: day(-32), card_no: 'FZ-0001', to: day(300) });
  return lines.join('\n') + '\n';
}
