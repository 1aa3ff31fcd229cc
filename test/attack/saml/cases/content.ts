import { createReplayGuard, type AssertionPolicy } from '../../../../src/auth/index.ts';
import { fixedRuntime, testNow } from '../../../auth/vihf-fixtures.ts';
import type { Attack } from '../corpus.ts';
import { honest, signed, victim, type Means } from '../forge.ts';

/**
 * Assertions that a real card really signed, and that say what must not be taken: time, receiver,
 * doubles, forms.
 */
export function contentCases(means: Means): Attack[] {
  const { parts, good } = means;
  const bare = { open: parts.open, issuer: parts.issuer, body: parts.body };
  const out: Attack[] = [];
  const add = (
    family: string,
    id: string,
    document: string,
    rules: readonly string[],
    policy?: Partial<AssertionPolicy>,
  ): void => {
    out.push({ id, family, document, rules, policy });
  };
  /** Really signed after a change; a change that changes nothing would test nothing. */
  const changed = (from: string | RegExp, to: string): string => {
    const next = {
      open: bare.open.replace(from, to),
      issuer: bare.issuer.replace(from, to),
      body: bare.body.replace(from, to),
    };
    if (next.open === bare.open && next.issuer === bare.issuer && next.body === bare.body) {
      throw new Error(`nothing to replace: ${String(from)}`);
    }
    return signed(means, next);
  };
  const iso = (ms: number): string => new Date(testNow + ms).toISOString().replace('.000', '');

  add('time', 'expired', good, ['SAML-TIME'], { runtime: fixedRuntime(testNow + 2 * 3_600_000) });
  add('time', 'expired-just-past-skew', good, ['SAML-TIME'], { runtime: fixedRuntime(testNow + 3_660_000) });
  add('time', 'not-yet-valid', good, ['SAML-TIME'], { runtime: fixedRuntime(testNow - 3_600_000) });
  add('time', 'too-old', good, ['SAML-TIME'], { runtime: fixedRuntime(testNow + 600_000), maxAgeMs: 300_000 });
  add('time', 'issue-in-future', changed(/IssueInstant="[^"]*"/, `IssueInstant="${iso(3_600_000)}"`), ['SAML-TIME']);
  add('time', 'login-in-future', changed(/AuthnInstant="[^"]*"/, `AuthnInstant="${iso(3_600_000)}"`), ['SAML-TIME']);
  add('time', 'login-after-issue', changed(/AuthnInstant="[^"]*"/, `AuthnInstant="${iso(1_000_000)}"`), ['SAML-TIME'], {
    runtime: fixedRuntime(testNow + 1_200_000),
  });
  add(
    'time',
    'session-over',
    changed('<saml2:AuthnStatement ', `<saml2:AuthnStatement SessionNotOnOrAfter="${iso(-3_600_000)}" `),
    ['SAML-TIME', 'SIG-DIGEST'],
  );
  add('time', 'no-conditions', changed(/<saml2:Conditions .*<\/saml2:Conditions>/, ''), ['SAML-NO-END']);
  add('time', 'no-end', changed(/ NotOnOrAfter="[^"]*"/, ''), ['SAML-NO-END']);
  add('time', 'empty-period', changed(/NotOnOrAfter="[^"]*"/, `NotOnOrAfter="${iso(-60_000)}"`), ['SAML-TIME']);
  for (const [name, value] of Object.entries({
    'local-time': '2026-03-02T09:15:00',
    offset: '2026-03-02T10:15:00+01:00',
    'day-30-february': '2027-02-30T09:15:00Z',
    'year-only': '2027',
    words: 'jamais',
    empty: '',
    'five-digit-year': '12026-03-02T09:15:00Z',
    'hour-25': '2027-03-02T25:15:00Z',
  })) {
    add('time', `end-${name}`, changed(/NotOnOrAfter="[^"]*"/, `NotOnOrAfter="${value}"`), ['SAML-GRAMMAR']);
  }

  const restricted = (...audiences: readonly string[]): string =>
    changed(
      '></saml2:Conditions>',
      `>${audiences.map((name) => `<saml2:AudienceRestriction><saml2:Audience>${name}</saml2:Audience></saml2:AudienceRestriction>`).join('')}</saml2:Conditions>`,
    );
  add('receiver', 'audience-other', restricted('urn:autre'), ['SAML-AUDIENCE'], { audience: 'urn:nous' });
  add('receiver', 'audience-we-have-no-name', restricted('urn:autre'), ['SAML-AUDIENCE']);
  add('receiver', 'audience-two-restrictions', restricted('urn:nous', 'urn:autre'), ['SAML-AUDIENCE'], {
    audience: 'urn:nous',
  });
  add('receiver', 'audience-case', restricted('urn:NOUS'), ['SAML-AUDIENCE'], { audience: 'urn:nous' });
  add('receiver', 'audience-space', restricted(' urn:nous'), ['SAML-AUDIENCE'], { audience: 'urn:nous' });
  add(
    'receiver',
    'audience-empty-restriction',
    changed('></saml2:Conditions>', '><saml2:AudienceRestriction></saml2:AudienceRestriction></saml2:Conditions>'),
    ['SAML-AUDIENCE'],
    { audience: 'urn:nous' },
  );
  add('receiver', 'resource-other', good, ['VIHF-RESOURCE'], { resourceUrn: 'urn:autre' });
  const confirmed = (attributes: string, method = 'urn:oasis:names:tc:SAML:2.0:cm:bearer'): string =>
    changed(
      '</saml2:NameID>',
      `</saml2:NameID><saml2:SubjectConfirmation Method="${method}"><saml2:SubjectConfirmationData ${attributes}></saml2:SubjectConfirmationData></saml2:SubjectConfirmation>`,
    );
  add('receiver', 'recipient-other', confirmed('Recipient="https://autre.example/"'), ['SAML-RECIPIENT'], {
    recipient: 'https://nous.example/',
  });
  add('receiver', 'recipient-we-have-none', confirmed('Recipient="https://autre.example/"'), ['SAML-RECIPIENT']);
  add('receiver', 'confirmation-over', confirmed(`NotOnOrAfter="${iso(-3_600_000)}"`), ['SAML-TIME']);
  add(
    'receiver',
    'confirmation-holder-of-key',
    confirmed('', 'urn:oasis:names:tc:SAML:2.0:cm:holder-of-key').replace(' >', '>'),
    ['SAML-CONFIRMATION', 'SIG-DIGEST'],
  );
  add(
    'receiver',
    'condition-unknown',
    changed('></saml2:Conditions>', '><saml2:OneTimeUse></saml2:OneTimeUse></saml2:Conditions>'),
    ['SAML-GRAMMAR'],
  );

  const attribute = (name: string, value: string): string =>
    `<saml2:Attribute Name="${name}"><saml2:AttributeValue>${value}</saml2:AttributeValue></saml2:Attribute>`;
  const appended = (text: string): string =>
    changed('</saml2:AttributeStatement>', `${text}</saml2:AttributeStatement>`);
  add('doubles', 'structure-twice', appended(attribute('Identifiant_Structure', '499900000029001')), ['SAML-GRAMMAR']);
  add(
    'doubles',
    'patient-twice',
    appended(
      attribute(
        'urn:oasis:names:tc:xacml:2.0:resource:resource-id',
        '185057800608491^^^&amp;1.2.250.1.213.1.4.10&amp;ISO^NH',
      ),
    ),
    ['SAML-GRAMMAR'],
  );
  add(
    'doubles',
    'patient-two-values',
    changed(
      '&amp;ISO^NH</saml2:AttributeValue>',
      '&amp;ISO^NH</saml2:AttributeValue><saml2:AttributeValue>185057800608491^^^&amp;1.2.250.1.213.1.4.10&amp;ISO^NH</saml2:AttributeValue>',
    ),
    ['VIHF-PATIENT'],
  );
  add('doubles', 'mode-under-both-spellings', appended(attribute('Authentification_mode', 'INDIRECTE')), ['VIHF-MODE']);
  add(
    'doubles',
    'mode-two-values',
    changed(
      '>DIRECTE</saml2:AttributeValue>',
      '>DIRECTE</saml2:AttributeValue><saml2:AttributeValue>INDIRECTE</saml2:AttributeValue>',
    ),
    ['VIHF-MODE'],
  );
  add(
    'doubles',
    'two-subjects',
    changed('<saml2:Subject>', `<saml2:Subject><saml2:NameID>${victim}</saml2:NameID></saml2:Subject><saml2:Subject>`),
    ['SAML-GRAMMAR'],
  );
  add('doubles', 'two-name-ids', changed('<saml2:NameID>', `<saml2:NameID>${victim}</saml2:NameID><saml2:NameID>`), [
    'SAML-GRAMMAR',
  ]);
  add('doubles', 'two-issuers', signed(means, { ...bare, issuer: bare.issuer + bare.issuer }), [
    'SIG-PLACE',
    'SAML-GRAMMAR',
  ]);
  add(
    'doubles',
    'two-statements',
    changed(
      '<saml2:AttributeStatement>',
      `<saml2:AttributeStatement>${attribute('x', 'y')}</saml2:AttributeStatement><saml2:AttributeStatement>`,
    ),
    ['SAML-GRAMMAR'],
  );
  add('doubles', 'two-authn-statements', changed(/(<saml2:AuthnStatement .*<\/saml2:AuthnStatement>)/, '$1$1'), [
    'SAML-GRAMMAR',
  ]);
  add('doubles', 'two-conditions', changed(/(<saml2:Conditions .*<\/saml2:Conditions>)/, '$1$1'), ['SAML-GRAMMAR']);
  add('doubles', 'advice', changed('<saml2:AuthnStatement', '<saml2:Advice></saml2:Advice><saml2:AuthnStatement'), [
    'SAML-GRAMMAR',
  ]);

  add(
    'forms',
    'name-id-split-by-element',
    changed(honest, `${honest.slice(0, 4)}<x xmlns="urn:x"></x>${honest.slice(4)}`),
    ['SAML-GRAMMAR', 'SIG-DIGEST'],
  );
  add('forms', 'name-id-qualified', changed('<saml2:NameID>', '<saml2:NameID NameQualifier="urn:autre">'), [
    'SAML-GRAMMAR',
  ]);
  add('forms', 'name-id-space', changed(`${honest}<`, `${honest} <`), ['VIHF-SUBJECT']);
  add('forms', 'name-id-empty', changed(`<saml2:NameID>${honest}`, '<saml2:NameID>'), ['VIHF-SUBJECT']);
  add(
    'forms',
    'name-id-encrypted',
    changed(/<saml2:NameID>.*<\/saml2:NameID>/, '<saml2:EncryptedID></saml2:EncryptedID>'),
    ['SAML-GRAMMAR'],
  );
  add(
    'forms',
    'nil-value',
    changed(
      '<saml2:AttributeValue>499',
      '<saml2:AttributeValue xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true">499',
    ),
    ['SAML-GRAMMAR'],
  );
  add('forms', 'version-1.1', changed('Version="2.0"', 'Version="1.1"'), ['SAML-GRAMMAR']);
  add('forms', 'vihf-version-9', changed('<saml2:AttributeValue>3.0', '<saml2:AttributeValue>9.0'), ['VIHF-VERSION']);
  add('forms', 'mode-unknown', changed('>DIRECTE<', '>TOUT<'), ['VIHF-MODE']);
  add('forms', 'mode-lower-case', changed('>DIRECTE<', '>directe<'), ['VIHF-MODE']);
  add('forms', 'purpose-unknown', changed('code="normal"', 'code="administrateur"'), ['VIHF-PURPOSE']);
  add('forms', 'purpose-other-system', changed('1.2.250.1.213.1.1.4.248', '1.2.250.1.213.1.1.4.999'), ['VIHF-PURPOSE']);
  add(
    'forms',
    'physician-without-specialty',
    changed(/<saml2:AttributeValue><Role [^>]*code="SM26".*?<\/saml2:AttributeValue>/, ''),
    ['VIHF-SPECIALTY'],
  );
  add('forms', 'role-as-string', changed(/<Role [^>]*code="10".*?<\/Role>/, 'Médecin'), ['VIHF-CODE']);
  add('forms', 'role-without-type', changed(/(code="10"[^>]*) xsi:type="CE"/, '$1'), ['SAML-GRAMMAR', 'SIG-DIGEST']);
  add(
    'forms',
    'patient-not-a-cx',
    changed('279035121518989^^^&amp;1.2.250.1.213.1.4.10&amp;ISO^NH', '279035121518989'),
    ['VIHF-PATIENT'],
  );
  add('forms', 'patient-other-universal-type', changed('&amp;ISO^NH', '&amp;DNS^NH'), ['VIHF-PATIENT']);
  add('forms', 'sector-without-oid', changed('SA07^1.2.250.1.71.4.2.4', 'SA07'), ['VIHF-SECTOR']);
  add('forms', 'structure-injection', changed('>499900000011001<', '>499900000011001/../1<'), ['VIHF-STRUCTURE']);
  add('forms', 'issuer-format', changed('X509SubjectName', 'unspecified'), ['SAML-GRAMMAR']);
  add('forms', 'issuer-lookalike', signed(means, { ...bare, issuer: bare.issuer.replace('SN=FICTIF', 'SN=FlCTIF') }), [
    'VIHF-ISSUER',
  ]);
  add('forms', 'issuer-extra-name', signed(means, { ...bare, issuer: bare.issuer.replace(',C=FR', ',O=AUTRE,C=FR') }), [
    'VIHF-ISSUER',
  ]);
  add('forms', 'attribute-value-html', changed('>LPS FICTIF<', '><b xmlns="http://www.w3.org/1999/xhtml">LPS</b><'), [
    'SAML-GRAMMAR',
  ]);

  const seen = createReplayGuard();
  add('replay', 'replayed', good, ['SAML-REPLAY'], {
    replay: {
      claim: (key: string, until: number, now: number) => (
        void seen.claim(key, until, now),
        seen.claim(key, until, now)
      ),
    },
  } as Partial<AssertionPolicy>);
  return out;
}
