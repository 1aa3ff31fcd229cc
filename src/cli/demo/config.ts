/** This installation of the fictive software: source of its submissions. */
export const sourceId = '1.2.250.1.999.1.1.7946.3.15';
