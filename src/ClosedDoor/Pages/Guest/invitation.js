import { at, both, button, call, copyOf, download, el, eraser, fact, hide, maybe, path, picture, say, show, start, tagged, zoned } from './link.js';

const states = {
  invited: ['待答复', 'awaiting your answer'],
  opened: ['待答复', 'awaiting your answer'],
  accepted: ['已确认出席', 'you have accepted'],
  declined: ['已婉拒', 'you have declined'],
  withdrawn: ['邀请已收回', 'the invitation was taken back'],
  standby: ['候补', 'substitute'],
};
const conflicts = {
  equity: ['持股', 'equity'],
  paid_advice: ['有偿咨询', 'paid advice'],
  family: ['亲属关系', 'family'],
  past_procurement: ['既往采购', 'past procurement'],
  joint_project: ['合作课题', 'joint project'],
};
const wishes = {
  must: ['必须见', 'must meet'],
  want: ['希望见', 'would like to meet'],
  neutral: ['均可', 'either way'],
  veto: ['不见', 'would not meet'],
  recuse: ['回避', 'must not meet'],
};
const stages = {
  second_meeting: ['再次会面', 'a second meeting'],
  intention: ['合作意向', 'an intention to cooperate'],
  trial: ['试用', 'a trial'],
  memorandum: ['合作备忘录', 'a memorandum'],
  contract_talks: ['合同洽谈', 'contract talks'],
};
const kinds = {
  integrity_pledge: ['廉洁承诺书（参会前须确认）', 'Integrity pledge (before you come)'],
  photo: ['拍摄同意（默认不同意）', 'Being photographed (no unless you say yes)'],
  naming: ['向参会企业提供姓名和单位（单独同意）', 'Your name and unit to the companies that come (separate consent)'],
};

const attendance = said =>
  said.company ? (said.guest ? ['双方均到', 'both came'] : ['我未到', 'I did not come'])
    : said.guest ? ['企业未到', 'the company did not come'] : ['双方均未到', 'neither came'];

let own = null;
const coming = () => own.status === 'accepted';
const placed = () => ['invited', 'opened', 'accepted'].includes(own.status);
const open = () => !['completed', 'cancelled'].includes(own.session.status);

/**
 * What has been drawn, and of what. Whatever is saved in one place, the others stay as they stand, with what is chosen or
 * typed there and not saved yet, unless what they are drawn of is other than it was.
 */
const drawn = new Map();

function asDrawn(id, of, make) {
  const key = JSON.stringify(of);
  const was = drawn.get(id);
  if (was?.key === key) return was.made;
  const made = make();
  drawn.set(id, { key, made });
  return made;
}

/** What stands there has been saved or thrown away: it is drawn anew, as it is on record. */
const anew = id => drawn.delete(id);

/** A section that is one thing: what is to be shown, or null to hide it. */
const section = (id, of, make) => asDrawn(id, of, () => {
  const children = make();
  if (children) show(id, ...children);
  else hide(id);
  return null;
});

async function change(method, path, body, zh, en) {
  own = await call(method, path, body);
  say(zh, en);
  await draw();
}

function drawSession() {
  const { session } = own;
  show(
    'session',
    el('h1', {}, session.title),
    el('p', {}, `${own.name}${own.unit ? `（${own.unit}）` : ''}`),
    el(
      'dl',
      {},
      fact('日期', 'Day', session.date),
      fact('时间', 'Time', `${session.startsAt} – ${session.endsAt}`, zoned(session.timeZone)),
      fact('城市', 'City', session.city),
      session.venue ? fact('地点', 'Place', session.venue) : [],
      fact('状态', 'Status', both(...(session.status === 'cancelled' ? ['场次已取消', 'the session is cancelled'] : states[own.status]))),
    ),
    session.venue ? el('p', { className: 'soft' }, both('会议地点与参会名单请勿外传。', 'Please keep the place and the guest list to yourself.')) : null,
  );
}

const drawAnswer = () => section('answer', [open(), placed(), coming()], () => {
  if (!open() || !placed()) return null;
  const note = el('input', { type: 'text', maxLength: 200, id: 'note' });
  return [
    coming() ? el('p', { className: 'given' }, both('您已确认出席。', 'You have accepted.')) : null,
    el('div', { className: 'row' },
      coming() ? null : button('确认出席', 'Accept', () => change('POST', '/invitation/accept', {}, '已确认出席，谢谢。', 'You have accepted. Thank you.'), 'main'),
    ),
    el('label', { htmlFor: 'note' }, both('不能出席的原因（选填）', 'Why you cannot come (if you care to say)'), note),
    button(coming() ? '改为不出席' : '婉拒', coming() ? 'I cannot come after all' : 'Decline',
      () => change('POST', '/invitation/decline', { note: note.value || null }, '已记录，谢谢答复。', 'Noted. Thank you for answering.')),
  ];
});

async function drawTicket() {
  const ticket = coming() ? await maybe('/invitation/ticket') : null;
  if (!ticket)
    return coming() && open()
      ? show('ticket', el('p', { className: 'soft' }, both('入场二维码与日历将由主办方另行发放，届时会以邮件通知您。', 'Your QR code and calendar entry come by mail, and will be here too.')))
      : hide('ticket');
  show(
    'ticket',
    el('div', { id: 'qr' }, await picture('/invitation/ticket/page')),
    el('p', { className: 'soft' }, both('请在签到处出示二维码。', 'Show this code at the door.')),
    ticket.barred ? el('p', { className: 'missing' }, both('主办方尚未登记您单位的参会批准文件，请联系主办方；否则无法签到。', 'Your unit’s approval is not on file yet: please ask the organizer, or you cannot check in.')) : null,
    button('下载日历文件', 'Download the calendar file', () => download('/invitation/calendar', 'closeddoor.ics')),
  );
}

function drawConsents() {
  show(
    'consents',
    own.consents.map(one => el('div', { className: 'item' },
      el('h3', {}, both(...kinds[one.kind])),
      el('p', { className: 'words' }, both(one.text.zh, one.text.en)),
      el('p', { className: one.given ? 'given' : one.kind === 'integrity_pledge' ? 'missing' : 'soft' },
        one.given ? both('已同意', 'agreed') : both('未同意', 'not agreed'),
        one.given ? [' · ', ...at(one.givenAt, own.session.timeZone), ...zoned(own.session.timeZone)] : []),
      one.given
        ? button('撤回', 'Withdraw', () => change('DELETE', path`/invitation/consents/${one.kind}`, undefined, '已撤回。', 'Withdrawn.'))
        : placed()
          ? button('同意', 'Agree', () => change('POST', '/invitation/consents', { kind: one.kind, textSha256: one.textSha256 }, '已记录。', 'Noted.'), 'main')
          : null,
      el('p', { className: 'soft' }, `${one.textVersion} · SHA-256 ${one.textSha256.slice(0, 16)}…`),
    )),
  );
}

const drawAvailability = () => section('availability', [placed() && open(), own.session.startsAt, own.session.endsAt, own.availability], () => {
  if (!placed() || !open()) return null;
  const { startsAt, endsAt } = own.session;
  const rows = el('div');
  const add = part => {
    const time = (value, zh) => el('input', { type: 'time', value, min: startsAt, max: endsAt, 'aria-label': zh, required: true });
    const row = el('div', { className: 'row' }, time(part.from, '从 from'), '–', time(part.to, '到 to'),
      button('删去', 'Remove', () => row.remove()));
    rows.append(row);
  };
  (own.availability ?? [{ from: startsAt, to: endsAt }]).forEach(add);
  const save = async parts => {
    own = await call('PUT', '/invitation/availability', parts);
    anew('availability');
    say('时段已保存。', 'Saved.');
    await draw();
  };
  return [
    rows,
    el('div', { className: 'row' },
      button('增加时段', 'Add a part', () => add({ from: startsAt, to: endsAt })),
      button('全天', 'The whole day', () => save([])), // Not its hours of today: they would not grow with the session.
      button('保存', 'Save', () => {
        const parts = [...rows.children].map(row => {
          const [from, to] = row.querySelectorAll('input');
          return { from: from.value, to: to.value };
        });
        if (!parts.length) return say('请填写时段，或选择“全天”。', 'Name a part of the day, or choose the whole day.', true);
        const whole = parts.length === 1 && parts[0].from === startsAt && parts[0].to === endsAt;
        return save(whole ? [] : parts);
      }, 'main')),
  ];
});

async function drawMeetings() {
  const agenda = coming() ? await maybe('/invitation/agenda') : null;
  if (!agenda?.meetings.length) return hide('meetings');
  show(
    'meetings',
    agenda.meetings.map(meeting => {
      const began = new Date(meeting.beginsAt) <= new Date();
      return asDrawn(`meeting ${meeting.id}`, [meeting, began, agenda.timeZone], () => meetingItem(meeting, began, agenda.timeZone));
    }),
    el('p', { className: 'soft' }, both('系统仅记录合作意向；采购一律按正规流程办理。', 'Only intentions are recorded here; purchases go their regular way.')),
    button('下载洽谈日历', 'Download the meetings’ calendar', () => download('/invitation/agenda.ics', 'meetings.ics')),
  );
}

function meetingItem(meeting, began, timeZone) {
  const done = (zh, en) => async () => { say(zh, en); await drawMeetings(); };
  const came = (company, guest) => () =>
    call('POST', path`/meetings/${meeting.id}/attendance`, { company, guest }).then(done('已记录。', 'Noted.'));
  const stage = el('select', { 'aria-label': '进展 progress' },
    Object.entries(stages).map(([value, [zh, en]]) => el('option', { value }, `${zh} ${en}`)));
  const held = meeting.status === 'held';
  return el('div', { className: 'item' },
    el('h3', {}, meeting.companyName),
    el('p', {}, at(meeting.beginsAt, timeZone), zoned(timeZone), both(` · ${meeting.table} 号桌`, ` · table ${meeting.table}`)),
    meeting.status === 'disputed' ? el('p', { className: 'missing' }, both('双方登记不一致，由主办方确认。', 'You and the company say different things: the organizer decides.')) : null,
    meeting.said
      ? el('p', { className: 'soft' }, both('您已登记：', 'You said: '), both(...attendance(meeting.said)))
      : null,
    began && !meeting.said
      ? el('div', { className: 'row' },
          button('双方均到', 'Both came', came(true, true)),
          button('企业未到', 'The company did not', came(false, true)),
          button('我未到', 'I did not', came(true, false)))
      : null,
    meeting.outcomes.map(outcome => el('p', {}, both(...(stages[outcome.stage] ?? [outcome.stage, outcome.stage])),
      outcome.guestConfirmedAt ? el('span', { className: 'given' }, both(' · 已确认', ' · confirmed')) : null,
      held && !outcome.guestConfirmedAt
        ? button('确认', 'Confirm', () => call('POST', path`/meetings/${meeting.id}/outcomes/${outcome.stage}/confirm`, {}).then(done('已确认。', 'Confirmed.')))
        : null)),
    held
      ? el('div', { className: 'row' }, stage,
          button('登记进展', 'Say what came of it', () => call('POST', path`/meetings/${meeting.id}/outcomes`, { stage: stage.value }).then(done('已登记。', 'Noted.'))))
      : null);
}

async function drawCompanies() {
  if (!coming()) return hide('companies');
  const [declared, matches, profiles] = await Promise.all([
    maybe('/invitation/conflicts'), maybe('/invitation/matches'), maybe(path`/sessions/${own.session.id}/companies`)]);
  if (!declared) return hide('companies');
  const profile = id => profiles?.items.find(one => one.id === id);
  const wished = id => matches?.items.find(one => one.companyId === id)?.wish ?? 'neutral';
  const selects = new Map();
  // What is put takes the place of all that was wished: a company that is left out would lose its veto.
  const saveWishes = async () => {
    await call('PUT', '/invitation/preferences', matches.items.map(({ companyId: id, wish }) => ({ id, wish: selects.get(id)?.value ?? wish })));
    for (const id of selects.keys()) anew(`wish ${id}`);
    say('已保存。', 'Saved.');
    await drawCompanies();
  };
  show(
    'companies',
    el('p', { className: 'soft' }, both('请逐家申报利益关系；未申报的企业不会安排洽谈，有利益关系的将回避。您的意愿不会告知企业。', 'Please declare for each company. Without it no meeting is set; with a conflict there is none. Your wishes are not told to companies.')),
    declared.items.map(one => {
      const shown = profile(one.companyId);
      const boxes = asDrawn(`boxes ${one.companyId}`, one.kinds ?? null, () => el('div', {}, Object.entries(conflicts).map(([value, words]) =>
        el('label', { className: 'check' }, el('input', { type: 'checkbox', value, checked: one.kinds?.includes(value) ?? false }), both(...words)))));
      const wish = asDrawn(`wish ${one.companyId}`, wished(one.companyId), () => el('select', {}, Object.entries(wishes).map(([value, [zh, en]]) =>
        el('option', { value, selected: value === wished(one.companyId) }, `${zh} ${en}`))));
      selects.set(one.companyId, wish);
      return el('div', { className: 'item' },
        el('h3', {}, one.companyName),
        shown?.summary ? el('p', {}, shown.summary) : null,
        shown?.products?.length ? el('p', { className: 'soft' }, shown.products.map(product => `${product.name}：${product.function}`).join('；')) : null,
        shown?.focus?.length ? el('p', { className: 'soft' }, both('专业方向：', 'Specialties: '), shown.focus.map(code => both(code.zh, code.en)).flatMap((name, i) => i ? ['、', ...name] : name)) : null,
        boxes,
        el('div', { className: 'row' },
          button('确认申报', 'Declare', async () => {
            await call('PUT', '/invitation/conflicts', [{ companyId: one.companyId, kinds: [...boxes.querySelectorAll('input')].filter(box => box.checked).map(box => box.value) }]);
            anew(`boxes ${one.companyId}`);
            say('已申报。', 'Declared.');
            await drawCompanies();
          }, one.kinds ? '' : 'main'),
          el('span', { className: one.kinds ? 'given' : 'missing' }, one.kinds ? (one.kinds.length ? both('已申报：有', 'declared: yes') : both('已申报：无', 'declared: none')) : both('未申报', 'not declared'))),
        matches ? el('label', {}, both('面谈意愿', 'Your wish'), wish) : null,
        matches ? button('保存意愿', 'Save your wishes', saveWishes) : null);
    }),
    matches ? el('div', { className: 'item' },
      el('p', {}, matches.automatic ? both('系统将自动为您匹配洽谈企业。', 'Meetings are matched for you automatically.') : both('您已退出自动匹配。', 'You have opted out of automatic matching.')),
      button(matches.automatic ? '退出自动匹配' : '恢复自动匹配', matches.automatic ? 'Opt out' : 'Opt in again', async () => {
        await call('PUT', '/invitation/match-profile', { ...matches.needs, automatic: !matches.automatic });
        say('已保存。', 'Saved.');
        await drawCompanies();
      })) : null,
  );
}

async function drawEndorsements() {
  const { items } = await call('GET', '/invitation/endorsements');
  if (!items.length) return hide('endorsements');
  show(
    'endorsements',
    el('p', { className: 'soft' }, both('仅在您同意后计入，不对外公开，可随时撤回。', 'Each counts only while you consent, and is not published.')),
    items.map(one => el('div', { className: 'item' },
      el('p', { className: 'words' }, one.statement),
      el('p', { className: one.consented ? 'given' : 'soft' }, one.consented ? both('已同意', 'agreed') : both('未同意', 'not agreed')),
      button(one.consented ? '撤回' : '同意', one.consented ? 'Withdraw' : 'Agree', async () => {
        await call('PUT', path`/invitation/endorsements/${one.id}`, { consents: !one.consented });
        say('已记录。', 'Noted.');
        await drawEndorsements();
      }))),
  );
}

async function drawData() {
  const { value, tag } = await tagged('/invitation/data');
  const field = (name, zh, en, type = 'text') => {
    const input = asDrawn(`data ${name}`, value[name] ?? '', () => el('input', { type, value: value[name] ?? '', id: `data-${name}` }));
    return { name, input, label: el('label', { htmlFor: `data-${name}` }, both(zh, en), input) };
  };
  const fields = [field('name', '姓名', 'Name'), field('phone', '手机', 'Mobile', 'tel'), field('email', '邮箱', 'E-mail', 'email')];
  show(
    'data',
    el('dl', {}, fact('单位', 'Unit', value.unit), fact('登记时间', 'Kept since', at(value.createdAt, own.session.timeZone), zoned(own.session.timeZone))),
    el('p', { className: 'soft' }, both('职务与单位如有变化，请联系主办方。', 'Please tell the organizer when your post or unit changes.')),
    fields.map(one => one.label),
    el('div', { className: 'row' },
      button('更正', 'Correct', async () => {
        const changed = Object.fromEntries(fields.filter(one => one.input.value !== (value[one.name] ?? '')).map(one => [one.name, one.input.value]));
        await call('PATCH', '/invitation/data', changed, tag);
        for (const one of fields) anew(`data ${one.name}`);
        say('已更正。', 'Corrected.');
        await load();
      }),
      copyOf(value)),
    eraser(
      '删除后：出席安排取消，同意事项撤回，所有链接失效，姓名与联系方式不再保留；法律要求保存的记录仅以编号留存。此操作不可恢复。',
      'Erasing gives up your place, withdraws your consents, ends all links and removes name and contact; what the law wants kept stays without a name. It cannot be undone.',
      () => call('DELETE', '/invitation/data'),
    ),
  );
}

async function draw() {
  drawSession();
  drawAnswer();
  drawConsents();
  drawAvailability();
  await Promise.all([drawTicket(), drawMeetings(), drawCompanies(), drawEndorsements(), drawData()]);
}

async function load() {
  own = await call('GET', '/invitation');
  await draw();
}

start(load);
