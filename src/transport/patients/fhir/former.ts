import { objects, type Json } from '../../../internal/json/index.ts';

/** Links to the record that took over. @see HL7 FHIR R4, Patient.link */
export const replacing = ({ link }: Json): readonly Json[] =>
  objects(link).filter(({ type }) => type === 'replaced-by');

/** Whether a record is no longer that of a patient: it is not in use, or gave way to another. */
export const isFormer = (record: Json): boolean => record['active'] === false || replacing(record).length > 0;
