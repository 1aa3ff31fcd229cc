// HL7 times: with the offset in the document, in UTC in the metadata.

const paris = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/Paris',
  timeZoneName: 'longOffset',
  hour: '2-digit',
});

function offsetOf(date) {
  const name = paris.formatToParts(date).find(({ type }) => type === 'timeZoneName').value;
  return name === 'GMT' ? '+0000' : name.replace('GMT', '').replace(':', '');
}

const digits = (date) => date.toISOString().slice(0, 19).replaceAll(/[-T:]/g, '');

/** `20261025023000+0200` */
export function localTime(at) {
  const date = new Date(at);
  const offset = /([+-]\d\d):(\d\d)$/.exec(at)?.slice(1).join('') ?? offsetOf(date);
  const minutes = Number(offset.slice(0, 3)) * 60 + Number(offset[0] + offset.slice(3));
  return digits(new Date(date.getTime() + minutes * 60_000)) + offset;
}

/** `20261025003000` */
export const utcTime = (at) => digits(new Date(at));
