// What stands behind the numbers, unpacked when it is first asked for (report/trace.py packs it).

let unpacked;
function trace() {
  unpacked ??= unpack(JSON.parse(document.getElementById("trace-data").textContent));
  return unpacked;
}

const RESULT_WORDS = ["analysis", "population", "group", "statistic", "unit", "method", "note"];
const STORY_WORDS = ["shown_day", "topic", "what", "reason", "file"];

function unpack(packed) {
  const results = packed.results.map((row) => named(packed.columns.results, row, RESULT_WORDS, packed.words));
  return {
    packed,
    results: new Map(results.map((result) => [result.row, result])),
    numberOf: new Map(packed.patients.map((id, number) => [id, number])),
    given: new Map(packed.contributions.map(([analysis, patients, values]) => [
      packed.words[analysis],
      new Map(patients.map((patient, place) => [patient, packed.words[values[place]]])),
    ])),
  };
}

function named(columns, row, inWords, words) {
  return Object.fromEntries(columns.map((name, place) =>
    [name, inWords.includes(name) ? words[row[place]] : row[place]]));
}

// The numbers of the patients of a result: one bit each.
function patientsOf(result) {
  const bytes = atob(trace().packed.sets[result.set]);
  const found = [];
  for (let number = 0; number < bytes.length * 8; number++) {
    if (bytes.charCodeAt(number >> 3) >> (number & 7) & 1) found.push(number);
  }
  return found;
}

function storyOf(number) {
  const { stories, columns, words } = trace().packed;
  return stories[number].map((row) => named(columns.stories, row, STORY_WORDS, words));
}

// What one patient gives to the analyses of the report, each with a number that he stands behind.
function givenBy(number) {
  const { results, given } = trace();
  const found = [];
  for (const [analysis, values] of given) {
    const own = [...results.values()].filter((result) => result.analysis === analysis);
    const behind = own.find((result) => patientsOf(result).includes(number));
    if (values.has(number) && behind) found.push({ analysis, value: values.get(number), row: behind.row });
  }
  return found;
}

const numberAddress = (row) => `#/r${row}`;
const patientAddress = (id) => `#/p-${encodeURIComponent(id)}`;
