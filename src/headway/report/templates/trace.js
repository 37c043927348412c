// What stands behind the numbers, unpacked when it is first asked for (report/trace.py packs it).

let unpacked;
const trace = () => unpacked;

// To be awaited before anything asks for a number or a patient.
let reading;
const traceRead = () => (reading ??= inflated("trace-data").then((packed) => { unpacked = unpack(packed); }));

// The browser's own unpacking: base64 of gzip of JSON.
async function inflated(id) {
  const bytes = Uint8Array.from(atob(document.getElementById(id).textContent), (sign) => sign.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json();
}

function unpack(packed) {
  const results = rowsOf(packed.results, packed.words, 0, packed.results.columns.row.length);
  return {
    packed,
    results: new Map(results.map((result) => [result.row, result])),
    numberOf: new Map(packed.patients.map((id, number) => [id, number])),
    given: packed.contributions.map(([analysis, group, patients, values]) => ({
      analysis: packed.words[analysis],
      group: packed.words[group],
      values: new Map(patients.map((patient, place) => [patient, packed.words[values[place]]])),
    })),
  };
}

// Rows of a table that stands as columns; a text is its number among the words.
function rowsOf({ columns, texts }, words, start, end) {
  const rows = Array.from({ length: end - start }, () => ({}));
  for (const [name, column] of Object.entries(columns)) {
    const said = texts.includes(name) ? (number) => (number === null ? null : words[number]) : (value) => value;
    rows.forEach((row, place) => { row[name] = said(column[start + place]); });
  }
  return rows;
}

const rowsOfPatient = (table, words, number) => rowsOf(table, words, table.starts[number], table.starts[number + 1]);

// The numbers of the patients of a result: one bit each.
function patientsOf(result) {
  const bytes = atob(trace().packed.sets[result.set]);
  const found = [];
  for (let number = 0; number < bytes.length * 8; number++) {
    if (bytes.charCodeAt(number >> 3) >> (number & 7) & 1) found.push(number);
  }
  return found;
}

const storyOf = (number) => rowsOfPatient(trace().packed.stories, trace().packed.words, number);

// What its patients give to a result: to its own group, else to the analysis.
function givenTo({ analysis, group }) {
  const own = trace().given.filter((one) => one.analysis === analysis);
  return (own.find((one) => one.group === group) ?? own.find((one) => one.group === ""))?.values;
}

// What one patient gives to the analyses of the report, each with a number that he stands behind.
function givenBy(number) {
  const { results, given } = trace();
  const found = [];
  for (const { analysis, group, values } of given.filter((one) => one.values.has(number))) {
    const own = [...results.values()].filter((result) =>
      result.analysis === analysis && (group === "" || result.group === group));
    const behind = own.find((result) => patientsOf(result).includes(number));
    const name = group === "" ? analysis : `${analysis}, ${group}`;
    if (behind) found.push({ name, value: values.get(number), row: behind.row });
  }
  return found;
}

const numberAddress = (row) => `#/r${row}`;
const patientAddress = (id) => `#/p-${encodeURIComponent(id)}`;
