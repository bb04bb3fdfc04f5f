import { at, both, button, call, copyOf, download, el, eraser, fact, hide, maybe, picture, say, show, start, zoned } from './link.js';

const zone = 'Asia/Shanghai';
const vettings = {
  pending: ['主办方审核中', 'being vetted by the organizer'],
  approved: ['已审核通过', 'approved'],
  refused: ['未通过审核', 'not approved'],
};
const bars = {
  delegate_not_vetted: ['主办方尚未审核通过。', 'The organizer has not approved you yet.'],
  agreements_missing: ['请先阅读并确认下列参会文件，否则无法签到。', 'Accept what stands below first, or you cannot check in.'],
};

let own = null;

function drawSession() {
  show(
    'session',
    el('h1', {}, own.sessionTitle),
    el('p', {}, own.name),
    el('dl', {},
      fact('开始时间', 'Begins', at(own.beginsAt, own.timeZone), zoned(own.timeZone)),
      fact('城市', 'City', own.city),
      fact('审核', 'Vetting', both(...vettings[own.vetting]))),
  );
}

function drawAgreements() {
  const missing = own.agreements.filter(one => !one.accepted);
  const boxes = new Map();
  show(
    'agreements',
    own.agreements.map(one => {
      const box = el('input', { type: 'checkbox', checked: one.accepted, disabled: one.accepted });
      boxes.set(one.kind, box);
      return el('div', { className: 'item' },
        el('h3', {}, one.title),
        el('p', { className: 'words' }, one.words),
        el('label', { className: 'check' }, box, one.accepted ? both('已确认', 'accepted') : both('本人已阅读并同意', 'I have read and accept this')),
        el('p', { className: 'soft' }, `v${one.version} · SHA-256 ${one.sha256.slice(0, 16)}…`));
    }),
    missing.length
      ? button('确认', 'Accept', async () => {
          const agreements = missing.filter(one => boxes.get(one.kind).checked).map(({ kind, sha256 }) => ({ kind, sha256 }));
          if (!agreements.length) return say('请先勾选。', 'Tick what you accept first.', true);
          own = await call('POST', '/delegate/agreements', { agreements });
          say('已记录。', 'Noted.');
          await draw();
        }, 'main')
      : null,
  );
}

async function drawTicket() {
  const ticket = await maybe('/delegate/ticket');
  if (!ticket) return hide('ticket');
  show(
    'ticket',
    el('div', { id: 'qr' }, await picture('/delegate/ticket/page')),
    el('p', {}, ticket.place),
    el('p', { className: 'soft' }, both('请在签到处出示二维码。会议地点请勿外传。', 'Show this code at the door, and keep the place to yourself.')),
    ticket.barred ? el('p', { className: 'missing' }, both(...(bars[ticket.barred] ?? ['暂不能签到，请联系主办方。', 'You cannot check in as things stand: please ask the organizer.']))) : null,
    button('下载日历文件', 'Download the calendar file', () => download('/delegate/calendar', 'closeddoor.ics')),
  );
}

async function drawData() {
  const value = await call('GET', '/delegate/data');
  show(
    'data',
    own ? null : el('p', { className: 'missing' }, both('您不在参会名单中。以下是仍保存的您的个人信息。', 'You are not among those who come. This is what is still kept about you.')),
    el('dl', {},
      own ? null : [
        fact('场次', 'Session', value.sessionTitle),
        fact('审核', 'Vetting', both(...vettings[value.vetting])),
        value.note ? fact('说明', 'Note', value.note) : null,
        fact('姓名', 'Name', value.name),
      ],
      fact('企业', 'Company', value.company),
      fact('职务', 'Post', value.jobTitle),
      fact('手机', 'Mobile', value.phone),
      fact('邮箱', 'E-mail', value.email),
      fact('登记时间', 'Kept since', at(value.createdAt, zone), zoned(zone))),
    el('p', { className: 'soft' }, both('如需更正，请联系您的企业重新登记。', 'If anything is wrong, please ask your company to name you anew.')),
    el('div', { className: 'row' }, copyOf(value)),
    eraser(
      '删除后：您不再参会，所有链接失效，姓名与联系方式不再保留；已确认的文件仅以编号留存。此操作不可恢复。',
      'Erasing gives up your place, ends all links and removes name and contact; what you accepted stays without a name. It cannot be undone.',
      () => call('DELETE', '/delegate/data'),
    ),
  );
}

async function draw() {
  if (!own) return drawData(); // Refused, or the seat is gone: a copy and erasure are everybody's due all the same.
  drawSession();
  drawAgreements();
  await Promise.all([drawTicket(), drawData()]);
}

start(async () => {
  own = await maybe('/delegate');
  await draw();
});
