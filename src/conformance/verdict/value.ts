import type { KitPatient } from '../driver/model.ts';
import type { ScenarioValue, ValueTest } from '../scenario/model.ts';

/** The value at a path such as `document.entry.classCode.code`; `undefined` without one. */
export function valueAt(from: unknown, path: string): unknown {
  let value = from;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}

/** `$patient.…` in a text stands for a value of the patient. */
export function resolved(value: ScenarioValue, patient: KitPatient | null): ScenarioValue {
  if (typeof value !== 'string') return value;
  return value.replaceAll(/\$patient\.([A-Za-z.]+)/g, (_, path: string) => textOf(valueAt(patient, path)));
}

export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined ? '' : JSON.stringify(value);
}

/** Whether a value passes. */
export function passes(value: unknown, test: ValueTest, patient: KitPatient | null): boolean {
  if ('present' in test) return (value !== undefined && value !== null && value !== '') === test.present;
  if ('equals' in test) return (value ?? null) === resolved(test.equals, patient);
  if ('in' in test) return test.in.some((wanted) => (value ?? null) === resolved(wanted, patient));
  if ('matches' in test) return new RegExp(String(resolved(test.matches, patient)), 'u').test(textOf(value));

  const text = textOf(value);
  return test.lacks.every((word) => {
    const unwanted = String(resolved(word, patient));
    return unwanted === '' || !text.includes(unwanted);
  });
}

/** The test as a report tells it. */
export function testText(test: ValueTest): string {
  if ('present' in test) return test.present ? 'présent' : 'absent';
  if ('equals' in test) return `égal à ${textOf(test.equals)}`;
  if ('in' in test) return `parmi ${test.in.map(textOf).join(', ')}`;
  if ('matches' in test) return `de la forme ${test.matches}`;
  return `sans ${test.lacks.join(', ')}`;
}
