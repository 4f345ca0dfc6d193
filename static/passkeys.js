// Passkeys: before such a form is sent, the browser is asked for its answer to the server's challenge.
(() => {
'use strict';

const can = Boolean(window.PublicKeyCredential?.parseCreationOptionsFromJSON);
document.documentElement.toggleAttribute('data-passkeys', can);

const CEREMONIES = {
  create: options => navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) }),
  get: options => navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) }),
};

// Before htmx, which would send it at once.
document.addEventListener('submit', event => {
  const form = event.target;
  const ceremony = CEREMONIES[form.dataset.passkey];
  if (!ceremony || form.elements.credential.value) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  perform(form, ceremony);
}, true);

async function perform(form, ceremony) {
  const problem = form.querySelector('[data-failed]');
  problem.role = null;
  problem.textContent = '';
  try {
    const { challenge, options } = await ask(form.getAttribute('action'));
    const credential = await ceremony(options);
    form.elements.challenge.value = challenge;
    form.elements.credential.value = JSON.stringify(credential.toJSON());
  } catch {
    // Inserted with its role, so that it is read out.
    problem.role = 'alert';
    problem.textContent = problem.dataset.failed;
    return;
  }
  form.requestSubmit();
}

async function ask(action) {
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const answer = await fetch(`${action}/options`, { method: 'POST', headers, signal: AbortSignal.timeout(25000) });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

// A challenge is answered once: who comes back to the page begins anew.
addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('[data-passkey]')) form.elements.credential.value = '';
});
})();
