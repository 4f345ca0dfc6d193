// What the pages do beyond htmx: they wait for a server that is away, let people sign in again on
// the spot, keep focus and announcements right, and show times in the viewer's own zone. Everything
// works without this file, only less comfortably.
(() => {
'use strict';

const PATIENCE = 20000; // ms after the first failure
const ATTEMPT = 25000; // ms for one attempt; the load balancer has given up by then
const SLOW = 3000; // ms without an answer, after which people wonder
const AWAY = [502, 503, 504];

const byId = id => document.getElementById(id);
const wholePage = ctx => ctx.target === document.body || ctx.target === 'body';
const quietly = () => new DOMException('given up', 'AbortError');

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// A page to read from. The policy complains of styles in it, which the load balancer's own pages have.
const parse = text => new DOMParser().parseFromString(text.replace(/<style[^]*?<\/style>/g, ''), 'text/html');

function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => { clearTimeout(timer); reject(signal.reason); }, { once: true });
  });
}

// One attempt, with all of its body; nothing when there was no answer.
async function attempt(address, request) {
  const limit = AbortSignal.timeout(ATTEMPT);
  const signal = request.signal ? AbortSignal.any?.([request.signal, limit]) ?? request.signal : limit;
  try {
    const answer = await fetch(address, { ...request, signal });
    await answer.clone().arrayBuffer();
    return answer;
  } catch {
    request.signal?.throwIfAborted();
  }
}

// The same request until it is answered: a form keeps its key, so the server acts on it once.
async function send(address, request, again) {
  for (let tries = 0, until; ; tries++) {
    const slow = setTimeout(() => byId('connection').textContent || connection('waiting'), SLOW);
    const answer = await attempt(address, request).finally(() => clearTimeout(slow));
    if (answer && !AWAY.includes(answer.status)) {
      connection();
      return answer;
    }
    until ??= performance.now() + PATIENCE;
    const wait = Math.min(300 * 1.7 ** tries, 4000) * (0.75 + Math.random() / 2);
    if (performance.now() + wait > until) {
      connection('gaveUp', again, await reason(answer));
      throw quietly();
    }
    // A short interruption is over before anyone could read of it.
    if (tries > 0) connection('retrying');
    await pause(wait, request.signal);
  }
}

// What the server itself says of a form that it cannot take at present.
async function reason(answer) {
  return parse(await answer?.text() ?? '').querySelector('[role=alert] p')?.textContent;
}

// Says what is happening, with a button when it is over to the person; nothing when all is well.
function connection(what, again, said) {
  const line = byId('connection');
  const text = said ?? line.dataset[what] ?? '';
  if (line.firstChild?.textContent !== text) line.replaceChildren(...(text ? [element('span', {}, text)] : []));
  if (!again) return;
  const button = element('button', { type: 'button' }, line.dataset.retry);
  button.addEventListener('click', () => { connection(); again(); });
  line.append(button);
}

// Does once more what caused a request.
function repeat(ctx) {
  const source = ctx.sourceElement;
  if (source.matches('form')) source.requestSubmit();
  else if (source.matches('a')) source.click();
  else location.assign(ctx.request.action);
}

async function deliver(ctx, address, request) {
  for (;;) {
    const answer = await send(address, request, () => repeat(ctx));
    const door = answer.headers.get('HX-Redirect');
    const isShut = request.method === 'POST' && door?.startsWith('/login') && byId('again');
    if (!isShut) {
      if (isFromAnother(answer)) await renew().catch(() => {});
      return answer;
    }
    if (!await signInAgain(door)) throw quietly();
  }
}

document.addEventListener('htmx:before:request', ({ detail: { ctx } }) => {
  ctx.fetch = (address, request) => deliver(ctx, address, request);
  busy(ctx, true);
});
document.addEventListener('htmx:finally:request', ({ detail: { ctx } }) => busy(ctx, false));

const PART = { 'HX-Request': 'true', 'HX-Request-Type': 'partial' };

// Whether the same person is in again; what they do on the page waits meanwhile. One dialog for all
// that ask.
let asking;
let isRefused = false; // the dialog, by the person: only the next form that is sent brings it again
const signInAgain = (door, lead) => asking ??= askToSignIn(door, lead).finally(() => { asking = undefined; });

async function askToSignIn(door, lead) {
  const dialog = byId('again').content.firstElementChild.cloneNode(true);
  const slot = dialog.querySelector('.slot');
  const text = dialog.querySelector('#again-text');
  if (lead) text.textContent = text.dataset[lead];
  const answer = await send(door, { headers: PART });
  if (isInside(answer)) return true; // in another tab, meanwhile
  slot.innerHTML = await answer.text();
  document.body.append(dialog);
  const before = document.querySelector('.person')?.dataset.email ?? '';
  slot.querySelector('[name=email]').value = before;
  dialog.showModal();
  slot.querySelector('[name=password]').focus();
  const email = await new Promise(resolve => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue));
    dialog.addEventListener('submit', event => {
      if (event.target.method === 'dialog') return;
      event.preventDefault();
      signIn(event.target, slot).then(done => done && dialog.close(done), () => {});
    });
  });
  dialog.remove();
  isRefused = !email;
  const isSame = email === before.toLowerCase();
  if (email && !isSame) {
    await renew();
    connection('', undefined, dialog.dataset.other);
  }
  return isSame;
}

// Sends the form of the dialog; the address that is now signed in, or the form again with its message.
async function signIn(form, slot) {
  const body = new URLSearchParams(new FormData(form));
  const answer = await send(form.action, { method: 'POST', headers: PART, body }, () => form.requestSubmit());
  if (isInside(answer)) return body.get('email').trim().toLowerCase();
  const text = await answer.text();
  if (answer.headers.has('HX-Retarget')) return read(parse(text), slot);
  form.outerHTML = text;
  (slot.querySelector('[autofocus]') ?? slot.querySelector('[name=password], [name=code]')).focus();
}

// Of a page that would stand in the place of this one, what it says. Recovery codes are read inside: their
// way on leads back here.
function read(page, slot) {
  slot.replaceChildren(...page.querySelector('main').children);
  slot.querySelector('h1').focus();
  const person = page.querySelector('.person');
  return person && new Promise(resolve => slot.querySelector('a.primary').addEventListener('click', event => {
    event.preventDefault();
    resolve(person.dataset.email.toLowerCase());
  }));
}

// Whether the sign-in page leads on instead of showing its form.
const isInside = ({ headers, redirected }) => redirected || headers.has('HX-Location') || headers.has('HX-Redirect');

// Whether an answer is for another person than the header names: they have signed in in another tab.
function isFromAnother(answer) {
  const [now, before] = [answer.headers.get('X-Person'), document.querySelector('.person')?.dataset.id];
  return now && before && now !== before;
}

// Another person sits here now: the header names them, and the form gets a key of theirs, to be sent
// by themselves.
async function renew() {
  const page = parse(await (await send(location.href, {})).text());
  document.querySelector('header.site').replaceWith(page.querySelector('header.site'));
  for (const key of document.querySelectorAll('main [name=_submission]')) {
    const fresh = page.querySelector(`main form[action="${key.form.getAttribute('action')}"] [name=_submission]`);
    if (fresh) key.value = fresh.value;
  }
}

const running = new Set();

function busy(ctx, isOn) {
  if (isOn) running.add(ctx);
  else running.delete(ctx);
  document.documentElement.toggleAttribute('data-busy', running.size > 0);
  mark(wholePage(ctx) ? byId('main') : ctx.target, 'aria-busy', isOn);
  if (isOn && ctx.sourceElement.matches('form')) {
    for (const button of ctx.sourceElement.querySelectorAll('button:not([type=button])')) mark(button, 'aria-disabled', true);
  }
  // Where another page follows, the form stays marked until that has come.
  if (!running.size && !ctx.keepIndicators) {
    for (const button of document.querySelectorAll('button[aria-disabled]')) mark(button, 'aria-disabled', false);
  }
}

function mark(target, name, isOn) {
  if (isOn) target?.setAttribute?.(name, 'true');
  else target?.removeAttribute?.(name);
}

document.addEventListener('htmx:after:request', event => {
  const { ctx } = event.detail;
  if (ctx.response.status < 400 || !/^\s*<!doctype/i.test(ctx.text)) return;
  if (ctx.request.method === 'POST') {
    event.preventDefault();
    problem(ctx);
  } else {
    ctx.hx.retarget = 'body';
    ctx.hx.reswap = 'innerHTML';
  }
});

// The gist of an error page, above the form that met it.
function problem(ctx) {
  const lines = parse(ctx.text).querySelectorAll('main h1, .lead, .reference');
  const alert = element('div', { className: 'alert problem', role: 'alert', tabIndex: -1 },
    ...[...lines].map(line => element('p', {}, line.textContent)));
  document.querySelector('.problem')?.remove();
  const form = ctx.sourceElement;
  (form.matches('.stack') ? form : byId('main')).prepend(alert);
  alert.focus();
}

function announce(text) {
  const line = byId('announcer');
  line.textContent = '';
  setTimeout(() => { line.textContent = text; }, 100);
}

document.addEventListener('htmx:after:swap', ({ detail: { ctx } }) => {
  if (wholePage(ctx)) arrive(ctx);
  entitle();
  refine();
  const list = byId(ctx.target.id);
  if (!list?.matches('.list')) return;
  announce((list.querySelector('.empty h2') ?? list.querySelector('[id$=-total]') ?? list).textContent);
  // The link that was followed may not be there any more.
  if (document.activeElement === document.body) list.focus({ preventScroll: true });
});

// The next step of signing in stands in the place of the one before it, under its own name.
function entitle() {
  const step = document.querySelector('main [data-title]');
  if (!step) return;
  const { title } = step.dataset;
  document.title = document.title.replace(/^.*(?= · )/, title);
  const heading = [...document.querySelectorAll('main h1')].find(h1 => !step.contains(h1));
  if (!heading) return;
  heading.textContent = title;
  heading.hidden = Boolean(step.querySelector('h1'));
}

function arrive(ctx) {
  document.documentElement.lang = /<html lang="(\w+)"/.exec(ctx.text)?.[1] ?? document.documentElement.lang;
  if (ctx.request.headers['HX-History-Restore-Request']) return;
  scrollTo(0, 0);
  document.querySelector('h1')?.focus({ preventScroll: true });
}

document.addEventListener('htmx:config:request', ({ detail: { ctx } }) => {
  if (ctx.sourceElement.id !== 'filter') return;
  const { body } = ctx.request;
  for (const [name, value] of [...body]) if (!value.trim()) body.delete(name);
});

// The list changes its address, and not the header, whose language form leads back to it.
document.addEventListener('submit', ({ target }) => {
  if (target.matches('.language') && document.querySelector('.list')) target.elements.next.value = location.pathname + location.search;
});

document.addEventListener('click', ({ target }) => {
  const button = target.closest?.('.reveal');
  if (!button) return;
  const isShown = button.getAttribute('aria-pressed') === 'true';
  byId(button.getAttribute('aria-controls')).type = isShown ? 'password' : 'text';
  button.setAttribute('aria-pressed', String(!isShown));
});

document.addEventListener('input', ({ target }) => {
  const max = Number(target.dataset.max);
  if (!max) return;
  const count = [...target.value.trim()].length;
  let counter = target.parentNode.querySelector('.counter');
  if (!counter && count > max * 0.8) {
    counter = element('span', { className: 'counter', ariaHidden: 'true' });
    target.after(counter);
  }
  if (!counter) return;
  counter.textContent = count > max * 0.8 ? `${count} / ${max}` : '';
  counter.classList.toggle('over', count > max);
});

// Leaving a half-written form asks first, unless it is left by its own way out.
let isDiscarded = false;
document.addEventListener('click', ({ target }) => { isDiscarded = Boolean(target.closest?.('[data-discard]')); });
const isUnsaved = form => form.hasAttribute('data-unsaved')
  || [...form.elements].some(field => field.type !== 'hidden' && 'defaultValue' in field && field.value !== field.defaultValue);
addEventListener('beforeunload', event => {
  if (!isDiscarded && [...document.querySelectorAll('[data-guard]')].some(isUnsaved)) event.preventDefault();
});

// Looks whether the sign-in goes on, where the page can be seen, and says so within two seconds if not;
// why, the form of the dialog knows.
const WATCH = 1500; // ms between two looks

async function watch() {
  if (document.hidden || isRefused || asking || !byId('again')) return;
  const request = { headers: PART, signal: AbortSignal.timeout(WATCH) };
  const answer = await fetch('/account/alive', request).catch(() => {});
  const door = answer?.headers.get('HX-Redirect');
  if (door && !asking) await signInAgain(door, 'ended').catch(() => {});
}

async function watchOn() {
  for (;;) {
    await pause(WATCH * (0.9 + Math.random() / 5));
    await watch();
  }
}

document.addEventListener('visibilitychange', watch);

// In the page's language, the viewer's way.
function formats() {
  const { lang } = document.documentElement;
  const locale = navigator.languages.find(tag => tag.split('-')[0] === lang) ?? lang;
  return [['medium', 'short'], ['full', 'long']].map(([dateStyle, timeStyle]) =>
    new Intl.DateTimeFormat(locale, { dateStyle, timeStyle }));
}

function refine() {
  const [short, long] = formats();
  for (const time of document.querySelectorAll('time:not([title])')) {
    const moment = new Date(time.dateTime);
    time.textContent = short.format(moment);
    time.title = long.format(moment);
  }
  const notice = document.querySelector('.notice p');
  if (notice && !notice.dataset.said) {
    notice.dataset.said = true;
    announce(notice.textContent);
  }
}

// A page that says that something is away looks for itself whether it is back.
async function comeBack(link) {
  for (let wait = 2000; ; wait = Math.min(wait * 1.5, 15000)) {
    await pause(wait * (0.75 + Math.random() / 2));
    const answer = await attempt(link.href, {});
    if (answer && !AWAY.includes(answer.status)) return location.replace(link.href);
  }
}

refine();
watchOn();
const link = document.querySelector('[data-again]');
if (link) comeBack(link);
})();
