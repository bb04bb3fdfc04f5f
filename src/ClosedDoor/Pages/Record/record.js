// The pages that mails to companies and organizers name: a session, a seat, a refund, a vetting. A session is anybody's to
// see; for the rest one signs in, and the token lives as long as the page does. Stripe sends buyers back to their seat's.
import { both, by, button, byId, call, el, fact, hide, path, say, show, start, tell, unlessKnown, use, zoned } from './link.js';

const zone = 'Asia/Shanghai';
const [kind, id] = location.pathname.split('/').slice(-2);
const asked = new URLSearchParams(location.search).get('payment') ?? '';
const paid = /^pay_[0-9a-z]{26}$/.test(asked) ? asked : null; // Anybody can write an address; only the service writes these.

const seats = {
  applied: ['申请中', 'applied for'],
  held: ['已暂留，请选择付款方式', 'held: choose how to pay'],
  awaiting_payment: ['等待付款', 'awaiting payment'],
  confirmed: ['已确认', 'confirmed'],
  attended: ['已参会', 'attended'],
  no_show: ['未到场', 'not attended'],
  declined: ['未获批准', 'declined'],
  expired: ['已过期', 'expired'],
  cancelled: ['已取消', 'cancelled'],
};
const payments = {
  opening: ['正在打开支付页', 'the payment page is being opened'],
  open: ['等待支付', 'waiting for payment'],
  expiring: ['支付页即将关闭', 'the payment page is closing'],
  processing: ['支付处理中', 'being processed'],
  failed: ['支付未成功', 'failed'],
  awaiting_transfer: ['等待汇款', 'awaiting the transfer'],
  underpaid: ['已收到部分款项', 'paid in part'],
  overpaid: ['已付清，多付部分待处理', 'paid, and more than due'],
  confirmed: ['已付清', 'paid'],
  expired: ['已过期', 'expired'],
  cancelled: ['已取消', 'cancelled'],
  late_paid: ['逾期到账，处理中', 'paid late, being decided'],
  refund_due: ['待退款', 'to be refunded'],
  refunded: ['已退款', 'refunded'],
  forfeited: ['不退款', 'kept by the policy'],
  disputed: ['拒付争议中', 'disputed'],
  charged_back: ['已被拒付', 'charged back'],
};
const refunds = {
  awaiting_approval: ['待审批', 'awaiting approval'],
  refund_due: ['待退款', 'due'],
  refund_pending: ['退款处理中', 'on its way'],
  refunded: ['已退款', 'refunded'],
  refund_failed: ['退款未成功，主办方处理中', 'failed, with the organizer'],
  manual_payout: ['由财务汇出', 'paid out by finance'],
  external_refund: ['已由支付机构退回', 'refunded at the provider'],
  withdrawn: ['已撤回', 'withdrawn'],
};
const vettings = {
  draft: ['草稿', 'draft'],
  submitted: ['审核中', 'under review'],
  info_requested: ['请补充材料', 'more is asked for'],
  approved: ['已通过', 'approved'],
  rejected: ['未通过', 'rejected'],
  expired: ['已失效', 'expired'],
  revoked: ['已撤销', 'revoked'],
};
const sales = {
  draft: ['筹备中', 'in preparation'],
  published: ['席位开放预订', 'seats on sale'],
  closed: ['预订已结束', 'sale ended'],
  completed: ['已结束', 'over'],
  cancelled: ['已取消', 'cancelled'],
};
const methods = { bank_transfer: ['对公转账', 'bank transfer'], stripe: ['在线支付', 'online payment'] };

const word = (words, value) => both(...(words[value] ?? [value, value]));
const yuan = money => `¥${(money.amount / 100).toLocaleString('zh-CN', { minimumFractionDigits: 2 })}`;
const deadline = (instant, inCalendarDays) => [
  ...by(instant, zone),
  ...zoned(zone),
  inCalendarDays ? el('span', { className: 'soft' }, both('（按自然日计）', ' (calendar days)')) : null,
];

async function drawSession(sessionId) {
  const session = await call('GET', path`/sessions/${sessionId}`);
  const day = `${session.date} ${session.startsAt.slice(0, 5)}–${session.endsAt.slice(0, 5)}`;
  show(
    'session',
    el('h1', {}, session.title),
    el('dl', {},
      fact('日期', 'Day', day, zoned(session.timeZone)), // What is to be done by when is by Beijing's clock.
      fact('城市', 'City', session.city),
      session.venue ? fact('地点', 'Place', session.venue) : null,
      fact('状态', 'State', word(sales, session.status)),
      fact('席位', 'Seats', both(`剩余 ${session.seats.available} / 共 ${session.seats.cap}`, `${session.seats.available} of ${session.seats.cap} left`)),
      fact('价格', 'Price', yuan(session.price))),
  );
}

async function drawSeat(reservationId) {
  const seat = await call('GET', path`/reservations/${reservationId}`);
  await drawSession(seat.sessionId);
  show(
    'seat',
    el('dl', {},
      fact('编号', 'Code', seat.code),
      seat.seatNumber ? fact('席位号', 'Seat', String(seat.seatNumber)) : null,
      fact('状态', 'State', el('strong', {}, word(seats, seat.status))),
      seat.holdExpiresAt ? fact('暂留至', 'Held until', deadline(seat.holdExpiresAt, seat.holdCountedInCalendarDays)) : null,
      fact('应付', 'Price', yuan(seat.price)),
      seat.endedNote ? fact('说明', 'Note', seat.endedNote) : null),
  );
  const page = await call('GET', path`/payments?sessionId=${seat.sessionId}&limit=200`);
  const own = page.items.filter(one => one.reservationId === seat.id);
  const offered = await call('GET', path`/reservations/${seat.id}/payment-methods`);
  const choices = offered.methods.map(method =>
    button(...methods[method], async () => {
      await call('POST', path`/reservations/${seat.id}/payments`, { method });
      await drawSeat(seat.id);
    }, 'main'));
  if (!own.length && !choices.length) return hide('payment');
  show('payment', own.map(drawPayment), choices.length ? el('div', { className: 'row' }, choices) : null);
  const opening = own.find(one => one.status === 'opening');
  if (opening && opening.id !== awaited) awaitOpened(opening).catch(tell);
}

let awaited = null;

/** The payment page is opened a moment after it is chosen: the way there is shown as soon as there is one. */
async function awaitOpened({ id, reservationId }) {
  awaited = id;
  for (let looks = 0; looks < 60; looks++) {
    await new Promise(done => setTimeout(done, 1000));
    const { status } = await call('GET', path`/payments/${id}`);
    if (status !== 'opening') return drawSeat(reservationId);
  }
}

function drawPayment(payment) {
  const unpaid = payment.status === 'awaiting_transfer' || payment.status === 'underpaid';
  return el('div', { className: 'item' },
    el('dl', {},
      fact('方式', 'How', word(methods, payment.method)),
      fact('状态', 'State', el('strong', {}, word(payments, payment.status))),
      fact('金额', 'Amount', yuan(payment.amount)),
      payment.received.amount ? fact('已收', 'Received', yuan(payment.received)) : null,
      payment.refunded.amount ? fact('已退', 'Refunded', yuan(payment.refunded)) : null,
      unpaid ? [
        fact('收款户名', 'Payee', payment.payee.name),
        fact('账号', 'Account', payment.payee.account),
        fact('开户行', 'Bank', payment.payee.bank),
        fact('附言（必填）', 'Remark (needed)', el('strong', {}, payment.reference)),
        fact('请于此前汇出', 'To be sent by', deadline(payment.dueAt, payment.dueCountedInCalendarDays)),
      ] : null),
    payment.method === 'stripe' && payment.status === 'open' && payment.url
      ? el('p', {}, el('a', { href: payment.url, rel: 'noreferrer' }, both('前往支付页', 'Go to the payment page')))
      : null,
    payment.method === 'stripe' && ['opening', 'open', 'expiring', 'processing'].includes(payment.status)
      ? button('查询支付结果', 'Ask how it stands', () => check(payment.id))
      : null);
}

/** That the buyer is back proves nothing: the service asks Stripe. */
async function check(paymentId) {
  const payment = await call('POST', path`/payments/${paymentId}/check`);
  await drawSeat(payment.reservationId);
  say(`付款状态：${(payments[payment.status] ?? [payment.status])[0]}。`, `Payment: ${(payments[payment.status] ?? [, payment.status])[1]}.`);
}

async function drawRefund() {
  const refund = await call('GET', path`/refunds/${id}`);
  await drawSeat(refund.reservationId);
  show(
    'refund',
    el('dl', {},
      fact('状态', 'State', el('strong', {}, word(refunds, refund.status))),
      fact('金额', 'Amount', yuan(refund.amount)),
      fact('收款方', 'Payee', refund.payeeName),
      refund.paidOn ? fact('汇出日期', 'Paid on', refund.paidOn) : null,
      refund.failure ? fact('未成功原因', 'Why it failed', refund.failure) : null,
      refund.reason ? fact('说明', 'Note', refund.reason) : null),
  );
}

async function drawVetting() {
  const vetting = await call('GET', path`/vettings/${id}`);
  show(
    'vetting',
    el('dl', {},
      fact('状态', 'State', el('strong', {}, word(vettings, vetting.status))),
      vetting.message ? fact('需补充', 'Asked for', vetting.message) : null,
      vetting.decision ? fact('原因', 'Reason', both(vetting.decision.reason.zh, vetting.decision.reason.en)) : null,
      vetting.decision?.note ? fact('说明', 'Note', vetting.decision.note) : null,
      vetting.validThrough ? fact('有效至', 'Valid through', vetting.validThrough) : null),
  );
}

async function drawOwnSeat() {
  await drawSession(id);
  const page = await call('GET', path`/reservations?sessionId=${id}&limit=200`);
  const me = await call('GET', '/me');
  const own = page.items.find(one => one.companyId === me.companyId && ['applied', 'held', 'awaiting_payment', 'confirmed', 'attended'].includes(one.status));
  if (own) return drawSeat(own.id);
  if (me.companyId)
    show('seat', button('预订席位', 'Reserve a seat', async () => {
      const made = await call('POST', path`/sessions/${id}/reservations`, {}).catch(async refused => {
        await drawSession(id); // Somebody was quicker, perhaps: the seats that are left are others than those that were read.
        throw refused;
      });
      await drawSeat(made.id);
    }, 'main'));
}

const draw = { sessions: drawOwnSeat, reservations: () => (paid ? check(paid) : drawSeat(id)), refunds: drawRefund, vettings: drawVetting }[kind];

function askWho() {
  for (const part of ['seat', 'payment', 'refund', 'vetting']) hide(part);
  const email = el('input', { type: 'email', autocomplete: 'username', required: true });
  const password = el('input', { type: 'password', autocomplete: 'current-password', required: true });
  const signIn = button('登录', 'Sign in', async () => {
    const answer = await call('POST', '/auth/sign-in', { email: email.value, password: password.value });
    use(answer.accessToken);
    hide('signin');
    byId('say').hidden = true;
    await draw();
  }, 'main');
  signIn.type = 'submit'; // Without one, the Enter key does nothing in a form of two fields.
  const form = el('form', {},
    el('label', {}, both('邮箱', 'E-mail'), email),
    el('label', {}, both('密码', 'Password'), password),
    signIn);
  form.addEventListener('submit', event => event.preventDefault()); // The button's click has done it.
  show('signin', form);
}

unlessKnown(askWho);
start(async () => {
  if (kind === 'sessions') await drawSession(id);
  askWho();
});
