/** The OID without the prefix that some consoles put before it. */
export function bareOid(oid: string): string {
  return oid.trim().replace(/^urn:oid:/i, '');
}
