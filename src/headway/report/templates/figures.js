// A figure comes alive when it comes into view; until then, and in print, its picture stands.

// Formulas are interpreted, not compiled: the page allows no code but its own.
const EMBEDDED = { mode: "vega-lite", renderer: "svg", actions: false, ast: true, defaultStyle: false };

// Vega names its clips clip0, clip1 … in every figure: each needs a tree of its own.
function ownTree(place) {
  const drawn = make("div");
  const fitting = make("style", {}, "svg { display: block; max-width: 100%; min-width: var(--least); height: auto; }");
  (place.shadowRoot ?? place.attachShadow({ mode: "open" })).replaceChildren(fitting, drawn);
  return drawn;
}

async function enliven(figure) {
  const spec = JSON.parse(figure.querySelector(".spec").textContent);
  const { view } = await vegaEmbed(ownTree(figure.querySelector(".live")), spec, EMBEDDED);
  view.addEventListener("click", (_, item) => lead(item?.datum, figure.dataset.name));
  figure.classList.add("lives");
}

// A bar of a patient leads to the patient, a curve of a group to its median.
async function lead(datum, name) {
  if (!panel || !datum) return;
  await traceRead();
  const id = datum.patient_id;
  if (trace().numberOf.has(id)) location.hash = patientAddress(id);
  else if (datum.group) leadToMedian(datum.group, name);
}

function leadToMedian(group, name) {
  const median = [...trace().results.values()].find((result) =>
    result.analysis.replaceAll(" ", "_") === name && result.group === group && result.statistic === "median");
  if (median) location.hash = numberAddress(median.row);
}

const inView = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    inView.unobserve(target);
    enliven(target);
  }
}, { rootMargin: "200px" });
for (const figure of document.querySelectorAll("figure[data-name]")) inView.observe(figure);
