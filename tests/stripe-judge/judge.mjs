// Stripe's own client and command line judge the sandbox, and the service's webhook endpoint.
//   node judge.mjs SANDBOX_DLL SERVICE_DLL
// Ends with "succeeded: N" and "failed: N"; the exit code is 1 when anything failed.
import assert from 'node:assert/strict';
import { spawn, execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import Stripe from 'stripe';

const [sandboxDll, serviceDll] = process.argv.slice(2);
const secret = 'whsec_judge';
const apiVersion = '2026-07-29.dahlia';
const running = [];
let succeeded = 0;
let failed = 0;

async function judge(what, check) {
  try {
    await check();
    succeeded++;
    console.log(`ok      ${what}`);
  } catch (error) {
    failed++;
    console.log(`FAILED  ${what}\n${error?.stack ?? error}`);
  }
}

/** Without what is set for another instance: mails would go to real people. */
const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(CLOSEDDOOR|OTEL)_/i.test(name)));

function start(dll, args, env = {}) {
  const child = spawn('dotnet', [dll, ...args], { env: { ...inherited, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  running.push(child);
  return child;
}

/** Below those that the system gives out by itself: nobody else is given it while the service is not up yet. */
async function freePort() {
  for (let port = 10_000 + ((process.pid * 131) % 10_000); ; port++) {
    const server = createServer().listen(port, '127.0.0.1');
    try {
      await once(server, 'listening');
    } catch {
      continue; // Somebody has it.
    }
    server.close();
    await once(server, 'close');
    return port;
  }
}

async function until(what, test, seconds = 60) {
  for (let i = 0; i < seconds * 20; i++) {
    const found = await test();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what}: not within ${seconds} s`);
}

/** A client of an account of its own in the sandbox. */
function account(base, name) {
  const url = new URL(base);
  const key = `sk_test_${name}`;
  const client = new Stripe(key, { host: url.hostname, port: url.port, protocol: 'http', maxNetworkRetries: 0, telemetry: false });
  const control = async (method, at, body) => {
    const answer = await fetch(`${base}/sandbox/${at}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    assert.equal(answer.status, 200, await answer.clone().text());
    return answer.json();
  };
  return { key, client, control };
}

const checkout = (more = {}) => ({
  mode: 'payment',
  line_items: [{ quantity: 1, price_data: { currency: 'cny', unit_amount: 3880000, product_data: { name: '医疗机构对接闭门会（北京）' } } }],
  success_url: 'https://closeddoor.invalid/back?session={CHECKOUT_SESSION_ID}',
  cancel_url: 'https://closeddoor.invalid/back',
  expires_at: Math.floor(Date.now() / 1000) + 31 * 60,
  locale: 'zh',
  submit_type: 'book',
  customer_email: 'contact@example.com',
  client_reference_id: 'pay_1',
  metadata: { payment: 'pay_1' },
  payment_intent_data: { metadata: { payment: 'pay_1' } },
  payment_method_options: { wechat_pay: { client: 'web' } },
  adaptive_pricing: { enabled: false },
  ...more,
});

async function act(url, action) {
  return fetch(url, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ action }) });
}

async function judgeSandbox(base) {
  const { client: stripe, control } = account(base, 'client');

  await judge('the client pins the API version that the service uses', () => assert.equal(Stripe.API_VERSION ?? stripe.getApiField('version'), apiVersion));

  await judge('a checkout session is opened, shown, listed and paid', async () => {
    const session = await stripe.checkout.sessions.create(checkout());
    assert.equal(session.status, 'open');
    assert.equal(session.payment_status, 'unpaid');
    assert.equal(session.amount_total, 3880000);
    assert.equal(session.lastResponse.apiVersion, apiVersion);
    const page = await (await fetch(session.url)).text();
    assert.match(page, /沙盒/);
    const paid = await act(session.url, 'pay');
    assert.equal(paid.headers.get('location'), `https://closeddoor.invalid/back?session=${session.id}`);

    const after = await stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent.latest_charge.balance_transaction'] });
    assert.equal(after.status, 'complete');
    assert.equal(after.payment_status, 'paid');
    assert.equal(after.payment_intent.metadata.payment, 'pay_1');
    assert.equal(after.payment_intent.latest_charge.balance_transaction.net, 3880000 - 131920);
    const listed = await stripe.checkout.sessions.list({ payment_intent: after.payment_intent.id });
    assert.deepEqual(listed.data.map((one) => one.id), [session.id]);
  });

  await judge('a declined card leaves the session open', async () => {
    const session = await stripe.checkout.sessions.create(checkout());
    await act(session.url, 'decline');
    const after = await stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent'] });
    assert.equal(after.status, 'open');
    assert.equal(after.payment_intent.last_payment_error.code, 'card_declined');
    await act(session.url, 'pay');
    assert.equal((await stripe.checkout.sessions.retrieve(session.id)).payment_status, 'paid');
  });

  await judge('a session is expired once, and then neither paid nor expired again', async () => {
    const session = await stripe.checkout.sessions.create(checkout());
    assert.equal((await stripe.checkout.sessions.expire(session.id)).status, 'expired');
    await assert.rejects(stripe.checkout.sessions.expire(session.id), Stripe.errors.StripeInvalidRequestError);
    assert.equal((await act(session.url, 'pay')).status, 400);
  });

  await judge('wrong parameters and unknown objects are the errors that the client knows', async () => {
    await assert.rejects(stripe.checkout.sessions.create(checkout({ expires_at: Math.floor(Date.now() / 1000) + 60 })), Stripe.errors.StripeInvalidRequestError);
    await assert.rejects(stripe.checkout.sessions.create(checkout({ customer_emial: 'a@example.com' })), { code: 'parameter_unknown' });
    await assert.rejects(stripe.checkout.sessions.retrieve('cs_test_none'), { code: 'resource_missing', statusCode: 404 });
    await assert.rejects(new Stripe('sk_live_1', { host: '127.0.0.1', port: new URL(base).port, protocol: 'http' }).events.list(), Stripe.errors.StripeAuthenticationError);
  });

  await judge('an idempotency key gives the first answer again, and refuses other parameters', async () => {
    const parameters = checkout();
    const first = await stripe.checkout.sessions.create(parameters, { idempotencyKey: 'co:1' });
    const second = await stripe.checkout.sessions.create(parameters, { idempotencyKey: 'co:1' });
    assert.equal(second.id, first.id);
    assert.equal(second.lastResponse.headers['idempotent-replayed'], 'true');
    await assert.rejects(stripe.checkout.sessions.create(checkout({ client_reference_id: 'pay_2' }), { idempotencyKey: 'co:1' }), Stripe.errors.StripeIdempotencyError);
  });

  await judge('the official retries and the sandbox agree on what happened', async () => {
    const { control: order } = account(base, 'faults');
    const url = new URL(base);
    const patient = new Stripe('sk_test_faults', { host: url.hostname, port: url.port, protocol: 'http', maxNetworkRetries: 2, telemetry: false });
    for (const kind of ['drop_before', 'drop_after', 'error_before', 'conflict']) {
      const before = (await order('GET', 'books')).sessions;
      await order('POST', 'faults', { method: 'POST', path: '/v1/checkout/sessions', kind });
      await patient.checkout.sessions.create(checkout());
      assert.equal((await order('GET', 'books')).sessions, before + 1, kind);
    }
  });

  await judge('refunds: partial, several, never more than the charge, failed after success', async () => {
    const session = await stripe.checkout.sessions.create(checkout());
    await act(session.url, 'pay');
    const { payment_intent } = await stripe.checkout.sessions.retrieve(session.id);
    const first = await stripe.refunds.create({ payment_intent, amount: 1000000, metadata: { refund: 'rf_1' } });
    assert.equal(first.status, 'succeeded');
    await assert.rejects(stripe.refunds.create({ payment_intent, amount: 2880001 }), Stripe.errors.StripeInvalidRequestError);
    const second = await stripe.refunds.create({ payment_intent, amount: 2880000 });
    await assert.rejects(stripe.refunds.create({ payment_intent }), { code: 'charge_already_refunded' });
    assert.deepEqual((await stripe.refunds.list({ payment_intent })).data.map((one) => one.id), [second.id, first.id]);
    await control('POST', `refunds/${first.id}/failed`);
    assert.equal((await stripe.refunds.retrieve(first.id)).status, 'failed');
    await control('PUT', 'refunds-begin/pending');
    assert.equal((await stripe.refunds.create({ payment_intent, amount: 1000000 })).status, 'pending');
    await control('PUT', 'refunds-begin/succeeded');
  });

  await judge('a disputed charge is not refunded until the dispute is won', async () => {
    const session = await stripe.checkout.sessions.create(checkout());
    await act(session.url, 'pay');
    const { payment_intent } = await stripe.checkout.sessions.retrieve(session.id);
    const dispute = await control('POST', 'disputes', { paymentIntent: payment_intent });
    assert.equal((await stripe.disputes.retrieve(dispute.id)).status, 'needs_response');
    await assert.rejects(stripe.refunds.create({ payment_intent }), { code: 'charge_disputed' });
    await control('POST', `disputes/${dispute.id}/win`);
    await stripe.refunds.create({ payment_intent });
  });

  await judge('money that comes later completes the session unpaid first', async () => {
    const session = await stripe.checkout.sessions.create(checkout());
    await act(session.url, 'later');
    const between = await stripe.checkout.sessions.retrieve(session.id);
    assert.deepEqual([between.status, between.payment_status], ['complete', 'unpaid']);
    await act(session.url, 'arrive');
    assert.equal((await stripe.checkout.sessions.retrieve(session.id)).payment_status, 'paid');
  });

  await judge('undelivered events are listed, page by page, the newest first', async () => {
    const all = [];
    for await (const event of stripe.events.list({ delivery_success: false, limit: 3 })) all.push(event);
    assert.ok(all.length > 20);
    assert.equal(new Set(all.map((one) => one.id)).size, all.length);
    assert.equal(all.at(-1).type, 'payment_intent.created');
    assert.equal((await stripe.events.list({ delivery_success: true })).data.length, 0);
  });

  await judge('webhooks are signed so that the client constructs the event, duplicated and lost as told', async () => {
    const { client, control: order } = account(base, 'webhooks');
    const taken = [];
    const endpoint = createServer(async (request, response) => {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      try {
        taken.push(client.webhooks.constructEvent(Buffer.concat(chunks), request.headers['stripe-signature'], secret));
        response.writeHead(200).end();
      } catch {
        response.writeHead(400).end();
      }
    }).listen(0, '127.0.0.1');
    await once(endpoint, 'listening');
    const url = `http://127.0.0.1:${endpoint.address().port}/`;
    try {
      await order('PUT', 'webhooks', { url, secret, duplication: 1, longestDelay: 200 });
      await act((await client.checkout.sessions.create(checkout())).url, 'pay');
      await until('deliveries', () => taken.length === 8);
      assert.equal(new Set(taken.map((one) => one.id)).size, 4);
      // It notes a delivery once it has read the answer, some moments after the answer was given.
      await until('all are delivered', async () => (await client.events.list({ delivery_success: false })).data.length === 0);

      await order('PUT', 'webhooks', { url, secret, loss: 1 });
      await act((await client.checkout.sessions.create(checkout())).url, 'pay');
      await new Promise((resolve) => setTimeout(resolve, 300));
      assert.equal(taken.length, 8);
      assert.equal((await client.events.list({ delivery_success: false })).data.length, 4);

      await order('PUT', 'webhooks', { url, secret: 'whsec_other', retryAfter: 10 });
      await act((await client.checkout.sessions.create(checkout())).url, 'pay');
      await new Promise((resolve) => setTimeout(resolve, 300));
      assert.equal(taken.length, 8);
    } finally {
      endpoint.close();
    }
  });
}

async function judgeByCommandLine(base) {
  const { key, client } = account(base, 'trigger');
  const shim = path.join(import.meta.dirname, 'node_modules', '@stripe', 'cli', 'bin', 'shim.js');
  for (const type of [
    'checkout.session.completed',
    'checkout.session.expired',
    'checkout.session.async_payment_succeeded',
    'checkout.session.async_payment_failed',
    'payment_intent.succeeded',
    'payment_intent.payment_failed',
    'payment_intent.canceled',
    'charge.refunded',
    'charge.refund.updated',
    'charge.dispute.created',
    'charge.dispute.closed',
  ]) {
    await judge(`stripe trigger ${type}`, async () => {
      const { stdout, stderr } = await promisify(execFile)(
        process.execPath,
        [shim, 'trigger', type, '--api-base', base, '--api-key', key],
        { timeout: 60_000, env: { ...process.env, STRIPE_CLI_TELEMETRY_OPTOUT: '1' } },
      );
      assert.match(stdout + stderr, /Trigger succeeded/);
      const events = await client.events.list({ type });
      assert.ok(events.data.length > 0, `no ${type}`);
    });
  }
}

async function judgeService(base) {
  const folder = await mkdtemp(path.join(tmpdir(), 'closeddoor-judge-'));
  const service = `http://127.0.0.1:${await freePort()}`;
  const { client, key } = account(base, 'service');
  try {
    start(serviceDll, ['--urls', service], {
      ASPNETCORE_ENVIRONMENT: 'Development',
      Logging__LogLevel__Default: 'Warning',
      CLOSEDDOOR_DATA: folder,
      CLOSEDDOOR_DATABASE: path.join(folder, 'closeddoor.db'),
      CLOSEDDOOR_STRIPE_API: base,
      CLOSEDDOOR_STRIPE_KEY: key,
      CLOSEDDOOR_STRIPE_WEBHOOK_SECRET: secret,
    });
    await until('the service', async () => (await fetch(`${service}/healthz`).catch(() => null))?.status === 200);
    const deliver = async (payload, signature) =>
      (await fetch(`${service}/api/v1/webhooks/stripe`, {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8', ...(signature && { 'stripe-signature': signature }) },
        body: payload,
      })).status;
    const sign = (payload, more = {}) => client.webhooks.generateTestHeaderString({ payload, secret, ...more });
    const event = (id, livemode = false) =>
      JSON.stringify({ id, object: 'event', type: 'customer.created', livemode, data: { object: { id: 'cus_1', object: 'customer' } } });

    await judge('the service takes what the official client signs, and takes it again', async () => {
      const payload = event('evt_judge1');
      assert.equal(await deliver(payload, sign(payload)), 200);
      assert.equal(await deliver(payload, sign(payload)), 200);
    });
    await judge('the service refuses another secret, an old signature, a changed body and no signature with 400', async () => {
      const payload = event('evt_judge2');
      assert.equal(await deliver(payload, sign(payload, { secret: 'whsec_other' })), 400);
      assert.equal(await deliver(payload, sign(payload, { timestamp: Math.floor(Date.now() / 1000) - 400 })), 400);
      assert.equal(await deliver(`${payload} `, sign(payload)), 400);
      assert.equal(await deliver(payload), 400);
      assert.equal(await deliver(payload, 'nonsense'), 400);
      assert.equal(await deliver('not JSON', sign('not JSON')), 400);
    });
    await judge('the service refuses an event of the other mode', async () => {
      const payload = event('evt_judge3', true);
      assert.equal(await deliver(payload, sign(payload)), 400);
    });
  } finally {
    await stop(running.pop());
    await rm(folder, { recursive: true, force: true });
  }
}

async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill();
  await once(child, 'exit');
}

const sandbox = start(sandboxDll, ['--port', '0']);
try {
  const [base] = await once(createInterface(sandbox.stdout), 'line');
  await judgeSandbox(base);
  await judgeByCommandLine(base);
  if (serviceDll) await judgeService(base);
} finally {
  for (const child of running) await stop(child);
}
console.log(`succeeded: ${succeeded}\nfailed: ${failed}`);
process.exit(failed > 0 ? 1 : 0);
