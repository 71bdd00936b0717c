// What stands before a company scans its notice: one visit that is over (n1), one task that has not begun (n2), one that was
// released (n3). Told by the same people as story.mjs.
import { day, story } from './story.mjs';

export function outsideStory() {
  const lines = [story().trimEnd()];
  const act = (n, time, by, name, fields) => lines.push(JSON.stringify({ at: `${day(n)}T${time}:00+08:00`, by, act: name, ...fields }));
  const task = (id, begin, from, to) => {
    act(begin, '09:00', 'wei', 'entrustment.draft', { id: `e${id}`, agreement: 'a1', kind: 'T03', matter: '废水治理设施运行评估', subjects: ['jiang'],
      region: '420102', from: day(from), to: day(to), officers: ['wei', 'luo'], members: ['mei'], enters_site: true, budget: 'b1', amount: 1500000,
      basis: { type: 'plan', ref: '年度检查计划' }, outputs: ['设施评估报告'] });
    act(begin, '09:30', 'mei-u', 'interest.declare', { id: `d${id}`, entrustment: `e${id}`, member: 'mei', has_interest: false });
    act(begin, '09:35', 'bl-lead', 'interest.declare', { id: `dd${id}`, entrustment: `e${id}`, has_interest: false });
    act(begin, '10:00', 'han', 'entrustment.approve', { entrustment: `e${id}` });
    act(begin, '11:00', 'bl-lead', 'entrustment.accept', { entrustment: `e${id}` });
    act(begin, '11:10', 'wei', 'notice.issue', { id: `n${id}`, entrustment: `e${id}`, subject: 'jiang', content: { who: '蓝线环境技术有限公司 梅工',
      what: '废水治理设施运行评估', not_allowed: '检查、询问、取证、强制', period: `${day(from)}至${day(to)}`,
      objection_route: '武汉市生态环境保护综合执法支队，电话027-83100001，或12369' }, unannounced: false });
    act(begin, '14:00', 'wei', 'notice.serve', { notice: `n${id}`, method: 'signed', recipient: '方经理', recipient_uscc: '91420102MA4TE5T136',
      served_at: `${day(begin)}T14:00:00+08:00`, officers: ['wei', 'luo'] });
  };
  const presence = (time, by, person, kind) => act(-1, time, by, `presence.${kind}`, { visit: 'v1', person, time: `${day(-1)}T${time}:00+08:00`,
    ...(kind === 'enter' && { lon: 114.3101, lat: 30.6001, accuracy_m: 15 }) });
  act(-5, '09:00', 'han', 'paper.mark', { agency: 'wuhan', mark: '武环执' });
  task(1, -4, -3, 20);
  act(-3, '15:00', 'wei', 'visit.plan', { id: 'v1', entrustment: 'e1', subject: 'jiang', starts: `${day(-1)}T09:30:00+08:00`,
    ends: `${day(-1)}T16:30:00+08:00`, lon: 114.31, lat: 30.6, radius_m: 300, approval_no: '武环检审〔12〕号', notice_no: '武环检通〔12〕号', helpers: 1 });
  act(-3, '16:00', 'han', 'visit.approve', { visit: 'v1' });
  presence('09:25', 'wei', 'wei', 'enter');
  presence('09:26', 'luo', 'luo', 'enter');
  presence('09:31', 'mei-u', 'mei', 'enter');
  presence('15:50', 'mei-u', 'mei', 'leave');
  presence('16:00', 'luo', 'luo', 'leave');
  presence('16:01', 'wei', 'wei', 'leave');
  act(-1, '16:30', 'wei', 'visit.close', { visit: 'v1' });
  task(2, -2, 3, 20);
  task(3, -2, -1, 20);
  act(-1, '17:00', 'han', 'entrustment.release', { entrustment: 'e3', reason: '企业停产，本次委托解除' });
  return `${lines.join('\n')}\n`;
}
