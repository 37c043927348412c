// What a number is, and its patients.

function showNumber(result) {
  const patients = patientsOf(result);
  const shown = document.querySelector(`a.number[href="${numberAddress(result.row)}"]`);
  const facts = [
    ["In the report", shown?.textContent],
    ["Population", result.population],
    ["Group", result.group],
    ["Statistic", result.statistic],
    ["At", result.at === null ? "" : written(result.at)],
    ["Value", inFull(result)],
    ["n", written(result.n)],
    ["Method", result.method],
    ["Note", result.note],
    ["Row", `${result.row} in results.csv`],
  ];
  const list = make("dl", { class: "what" });
  for (const [name, value] of facts) {
    if (value) list.append(make("div", {}, make("dt", {}, name), make("dd", { dir: "auto" }, value)));
  }
  return [list, ...patientList(result, patients)];
}

const written = (value) => value.toLocaleString("en", { maximumSignificantDigits: 6 });

function inFull(result) {
  if (result.value === null && result.lower === null) return result.note ? "" : "not estimable";
  const limits = [result.lower, result.upper].map((limit) => (limit === null ? "not reached" : written(limit)));
  const value = result.value === null ? "not reached" : written(result.value);
  const hasLimits = result.lower !== null || result.upper !== null;
  return `${value}${hasLimits ? ` (${limits.join(" to ")})` : ""} ${result.unit}`;
}

function patientList(result, patients) {
  const title = make("h3", {}, `Patients (${written(patients.length)})`);
  if (!patients.length) return [title, make("p", {}, "No patient stands behind this number.")];
  const given = givenTo(result);
  const body = make("tbody", {});
  for (const number of patients) body.append(patientRow(number, given));
  const names = given ? ["Patient", "Contributes"] : ["Patient"];
  const head = make("tr", {}, ...names.map((name, place) => sortable(name, place, body)));
  const table = make("table", { "aria-label": "Patients" }, make("thead", {}, head), body);
  return [title, filterable("Filter patients", [...body.rows]), table];
}

function patientRow(number, given) {
  const id = trace().packed.patients[number];
  const row = make("tr", {}, make("td", {}, make("a", { href: patientAddress(id) }, words(id))));
  if (given) row.append(make("td", { dir: "auto" }, given.get(number) ?? ""));
  return row;
}

function sortable(name, place, body) {
  const button = make("button", { type: "button" }, name);
  const head = make("th", { scope: "col" }, button);
  if (place === 0) head.setAttribute("aria-sort", "ascending");
  button.addEventListener("click", () => sortBy(head, place, body));
  return head;
}

function sortBy(head, place, body) {
  const direction = head.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
  for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", direction);
  const sign = direction === "ascending" ? 1 : -1;
  const text = (row) => row.cells[place].textContent;
  body.append(...[...body.rows].sort((one, other) => sign * compare(text(one), text(other))));
}
