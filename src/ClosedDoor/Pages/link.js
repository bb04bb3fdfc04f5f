// What the pages that mails name have in common. A personal link's token stands in the fragment, which a browser sends to
// nobody; a token goes out in the Authorization header alone, and is kept nowhere else.
const api = new URL('../api/v1', import.meta.url).href;
let token = tokenIn(location.hash);
const root = document.documentElement;

/** None of a link that was mangled on its way: the page says that it does not work. */
function tokenIn(hash) {
  try {
    return /^[!-~]*$/.exec(decodeURIComponent(hash.slice(1)))?.[0] ?? '';
  } catch {
    return '';
  }
}

addEventListener('hashchange', () => location.reload());

export const byId = id => document.getElementById(id);
const inChinese = () => root.lang !== 'en';

/** The token of who has just signed in. */
export const use = given => { token = given; };

let whenUnknown = dead;
let needsToken = true;

/** For a page that asks who one is, instead of a link that says it. */
export const unlessKnown = ask => { [whenUnknown, needsToken] = [ask, false]; };

/** Elements are only ever made of text, never of markup: what people typed stays text. */
export function el(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in made) made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined));
  return made;
}

/** Both languages stand in the page; the style shows one of them. */
export const both = (zh, en) => [el('span', { lang: 'zh-CN' }, zh), el('span', { lang: 'en' }, en)];

export const fact = (zh, en, ...values) => [el('dt', {}, both(zh, en)), el('dd', {}, ...values)];

export function show(id, ...children) {
  const box = byId(id);
  box.replaceChildren(...children.flat(Infinity).filter(Boolean));
  (box.closest('section') ?? box).hidden = false;
}

export const hide = id => { (byId(id).closest('section') ?? byId(id)).hidden = true; };

export function say(zh, en, refused = false) {
  const box = byId('say');
  box.className = refused ? 'refused' : '';
  box.replaceChildren(...both(zh, en));
  box.hidden = false;
}

/** A problem as the API tells it, in the language of the page. */
class Refused extends Error {
  constructor(status, problem) {
    const fields = Object.values(problem.errors ?? {}).flat();
    super([problem.title ?? `HTTP ${status}`, problem.detail, ...fields].filter(Boolean).join(' '));
    this.status = status;
    this.code = problem.code;
  }
}

/**
 * A path of the API with ids or words of ours in it. Whatever else an address may bring (`../`, `?`) would lead to another
 * endpoint, with the token of who is signed in; to encode it is not enough, for browsers resolve `%2e%2e` too.
 */
export const path = (words, ...values) => {
  if (!values.every(value => /^\w+$/.test(value)))
    throw new Refused(404, { title: inChinese() ? '链接无效。' : 'This link is not valid.' });
  return String.raw({ raw: words }, ...values);
};

async function send(method, path, body, ifMatch) {
  const headers = { 'Accept-Language': inChinese() ? 'zh-CN' : 'en' };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (ifMatch) headers['If-Match'] = ifMatch;
  const reply = await fetch(api + path, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    cache: 'no-store',
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
  });
  if (!reply.ok) throw new Refused(reply.status, await reply.json().catch(() => ({})));
  return reply;
}

export async function call(method, path, body, ifMatch) {
  const reply = await send(method, path, body, ifMatch);
  return reply.status === 204 ? null : reply.json();
}

export async function tagged(path) {
  const reply = await send('GET', path);
  return { value: await reply.json(), tag: reply.headers.get('ETag') };
}

/** Null where there is none, or none yet. */
export async function maybe(path) {
  try {
    return await call('GET', path);
  } catch (refused) {
    if (refused instanceof Refused && (refused.status === 404 || refused.status === 409)) return null;
    throw refused;
  }
}

export async function download(path, name, make) {
  const blob = make ? make() : await (await send('GET', path)).blob();
  const link = el('a', { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

/** A button that gives a copy of all that is kept about somebody. */
export const copyOf = value => button('下载全部副本', 'Download a copy of everything', () =>
  download(null, 'my-data.json', () => new Blob([JSON.stringify(value, null, 2)], { type: 'application/json' })));

/** What erasing does, in words, and the button; afterwards the page shows nothing any more. */
export const eraser = (zh, en, erase) => el('div', { className: 'item' },
  el('p', { className: 'soft' }, both(zh, en)),
  button('删除我的个人信息', 'Erase my personal data', async () => {
    if (!confirm('确定删除全部个人信息并放弃出席？此操作不可恢复。\nErase all personal data and give up the place? This cannot be undone.')) return;
    await erase();
    for (const section of document.querySelectorAll('section, #session')) section.hidden = true;
    say('您的个人信息已删除，本链接已失效。', 'Your personal data are erased. This link has ended.');
  }, 'grave'));

/** The QR code of a page that the service draws: its picture alone, taken over as elements. */
export async function picture(path) {
  const text = await (await send('GET', path)).text();
  const page = new DOMParser().parseFromString(text.slice(text.indexOf('<body')), 'text/html'); // Its style is not for here.
  const svg = page.querySelector('svg');
  return svg ? document.importNode(svg, true) : null;
}

/** A button that does one thing at a time, and says what came of it. */
export function button(zh, en, act, kind = '') {
  const made = el('button', { type: 'button', className: kind }, both(zh, en));
  made.addEventListener('click', async () => {
    made.disabled = true;
    try {
      await act();
    } catch (error) {
      tell(error);
    } finally {
      made.disabled = false;
    }
  });
  return made;
}

export function tell(error) {
  if (error instanceof Refused && error.status === 401 && token) {
    token = '';
    whenUnknown();
    return;
  }
  const words = error instanceof Refused ? error.message : null;
  say(words ?? '网络不通，请稍后再试。', words ?? 'No connection. Please try again later.', true);
}

/** The link opens nothing: no token, or one that is expired or taken back. */
function dead() {
  for (const section of document.querySelectorAll('section, #session')) section.hidden = true;
  say(
    '链接无效、已过期或已收回。请使用最近一封邮件中的链接，或联系主办方。',
    'This link is not valid, has expired or was taken back. Please use the one in the latest mail, or ask the organizer.',
    true,
  );
}

export async function start(load) {
  byId('language').addEventListener('click', () => {
    root.lang = inChinese() ? 'en' : 'zh-CN';
    byId('language').textContent = inChinese() ? 'English' : '中文';
  });
  if (needsToken && !token) {
    dead();
    return;
  }
  try {
    await load();
  } catch (error) {
    // A personal link that is for another page is none for this one.
    if (needsToken && error instanceof Refused && error.status === 403) dead();
    else tell(error);
  }
}

const written = (when, options) => both(
  new Intl.DateTimeFormat('zh-CN', options).format(when),
  new Intl.DateTimeFormat('en-GB', options).format(when));

export const at = (instant, timeZone) =>
  written(new Date(instant), { timeZone, dateStyle: 'medium', timeStyle: 'short' });

/** How a zone is named beside its times, as mails and letters do. */
export const zoned = timeZone => timeZone === 'Asia/Shanghai'
  ? both('（北京时间）', ' (Beijing time)')
  : both(`（${timeZone}）`, ` (${timeZone})`);

/** By when: the end of a day is its 24:00, as in mails. Read as the next day's 00:00 it would be mistaken by a day. */
export const by = (instant, timeZone) => {
  const when = new Date(instant);
  const time = new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'medium' }).format(when);
  return time === '00:00:00'
    ? [...written(new Date(when - 1), { timeZone, dateStyle: 'medium' }), ' 24:00']
    : at(instant, timeZone);
};
