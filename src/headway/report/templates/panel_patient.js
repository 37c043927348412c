// One patient: what the record says, day by day, and what follows from it, with reasons and source rows.

const DERIVED = "derived facts";
const EVERYTHING = "everything";

function showPatient(number, timelines) {
  const story = storyOf(number);
  const list = make("ol", { class: "story" });
  story.forEach((fact) => list.append(factItem(fact, list)));
  return [...givenList(number), ...drawing(number, timelines), topics(story, list), list];
}

// The figure of a patient: one specification for all, completed by his own data sets.
let drawn;
const timelinesRead = () => (drawn ??= inflated("drawn-data"));
const ERRORS_ONLY = 1;
function drawing(number, timelines) {
  if (!timelines) return [];
  const datasets = Object.fromEntries(Object.entries(timelines.layers).map(([name, layer]) =>
    [name, rowsOfPatient(layer, timelines.words, number)]));
  if (!datasets.rows.length) return [];
  const label = `Timeline of patient ${trace().packed.patients[number]}; the list below tells the same in words`;
  const place = make("div", { "aria-hidden": "true" });
  // Vega warns of layers without data; which of them a patient fills is his story.
  vegaEmbed(ownTree(place), { ...timelines.spec, datasets }, { ...EMBEDDED, logLevel: ERRORS_ONLY });
  return [make("div", { class: "scroll picture", role: "img", tabindex: "0", "aria-label": label }, place)];
}

function givenList(number) {
  const given = givenBy(number);
  if (!given.length) return [];
  const list = make("ul", {});
  for (const { name, value, row } of given) {
    const link = make("a", { href: numberAddress(row) }, words(name));
    list.append(make("li", {}, link, ": ", words(value)));
  }
  return [make("details", {}, make("summary", {}, `Gives to ${given.length} ${given.length === 1 ? "analysis" : "analyses"}`), list)];
}

// A choice of topics; what is derived can be shown alone.
function topics(story, list) {
  const counts = new Map([[EVERYTHING, story.length], [DERIVED, story.filter((fact) => fact.derived).length]]);
  for (const { topic } of story) counts.set(topic, (counts.get(topic) ?? 0) + 1);
  const choice = make("select", { id: "topic" });
  for (const [topic, count] of counts) choice.append(make("option", { value: topic }, `${topic} (${count})`));
  choice.addEventListener("change", () => keepTopic(list, choice.value));
  return make("div", { class: "filter" }, make("label", {}, "Show ", choice));
}

function keepTopic(list, wanted) {
  for (const item of list.children) {
    const derived = wanted === DERIVED && item.classList.contains("derived");
    item.hidden = !(wanted === EVERYTHING || derived || item.dataset.topic === wanted);
  }
}

function factItem(fact, list) {
  const source = fact.file && (fact.line ? `${fact.file}, line ${fact.line}` : fact.file);
  const item = make("li", { "data-topic": fact.topic, "data-source": source, tabindex: "-1" });
  if (fact.derived) item.classList.add("derived");
  item.append(
    make("span", { class: "day" }, fact.shown_day || "no day"),
    make("div", {}, make("span", { class: "topic" }, words(fact.topic)), fact.derived ? mark() : "",
      make("p", { dir: "auto" }, fact.what),
      ...(fact.reason ? [make("p", { class: "reason", dir: "auto" }, "Because: ", words(fact.reason))] : []),
      ...(source ? [make("p", { class: "source" }, ...sourceOf(fact, source, list))] : [])),
  );
  return item;
}

const mark = () => make("span", { class: "mark" }, "derived");

// A derived fact leads to the row of the record that it stands on.
function sourceOf(fact, source, list) {
  if (!fact.derived) return ["Source: ", words(source)];
  const button = make("button", { type: "button" }, "Source: ", words(source));
  button.addEventListener("click", () => showSource(source, fact.shown_day, list));
  return [button];
}

function showSource(source, day, list) {
  const choice = document.getElementById("topic");
  choice.value = EVERYTHING;
  keepTopic(list, EVERYTHING);
  const own = [...list.children].filter((item) => item.dataset.source === source && !item.classList.contains("derived"));
  for (const item of list.children) item.classList.toggle("pointed", own.includes(item));
  const nearest = own.find((item) => item.querySelector(".day").textContent === day) ?? own[0];
  nearest?.focus();
  nearest?.scrollIntoView({ block: "center" });
}
