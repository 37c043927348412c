// The panel follows the address: #/r17 is a number, #/p-… a patient; so Back works and a link can be sent.

const panel = document.getElementById("trace");
const isTraced = (hash) => /^#\/(r\d+$|p-)/.test(hash);
let opener = null; // what had the focus before the panel opened
let lastNumber = null; // the number from which a patient was opened

async function follow() {
  const hash = location.hash;
  if (!isTraced(hash)) return panel.close();
  const isNumber = hash.startsWith("#/r");
  const [timelines] = await Promise.all([isNumber ? null : timelinesRead(), traceRead()]);
  if (location.hash !== hash) return; // the reader went on meanwhile
  const [title, content] = isNumber ? numberAt(Number(hash.slice(3))) : patientAt(hash.slice(4), timelines);
  document.getElementById("trace-title").replaceChildren(title);
  document.getElementById("trace-body").replaceChildren(...content);
  back(isNumber ? null : lastNumber);
  open();
}

function numberAt(row) {
  const result = trace().results.get(row);
  lastNumber = result ?? null;
  return result ? [result.analysis, showNumber(result)] : nothing();
}

function patientAt(text, timelines) {
  const id = decoded(text);
  const number = trace().numberOf.get(id);
  return number === undefined ? nothing() : [`Patient ${id}`, showPatient(number, timelines)];
}

// An address that was cut short is nobody's.
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

const nothing = () => ["Nothing here", [make("p", {}, "This report has no such number or patient.")]];

function back(result) {
  const link = document.getElementById("trace-back");
  link.hidden = !result;
  if (!result) return;
  link.href = numberAddress(result.row);
  link.replaceChildren("← ", words(`${result.analysis}: ${result.statistic}`));
}

function open() {
  if (!panel.open) {
    const shown = document.querySelector(`a[href="${CSS.escape(location.hash)}"]`);
    opener = document.activeElement === document.body ? shown : document.activeElement;
    panel.showModal();
  }
  panel.scrollTop = 0;
  document.getElementById("trace-title").focus();
}

function closed() {
  if (isTraced(location.hash)) history.pushState(null, "", location.pathname + location.search);
  lastNumber = null;
  opener?.focus();
}

if (panel) {
  panel.addEventListener("close", closed);
  panel.addEventListener("click", (event) => event.target === panel && panel.close());
  document.getElementById("trace-close").addEventListener("click", () => panel.close());
  window.addEventListener("hashchange", follow);
  follow();
}
