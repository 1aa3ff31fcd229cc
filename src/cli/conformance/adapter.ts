/** What `init` leaves to be filled: a program that hands each gesture to the software. */
export const adapter = `// Reçoit un geste par ligne de JSON sur l'entrée standard, et répond par une ligne de JSON.
// Le dossier KIT_WORLD contient world.json (adresses, boîte, patients fictifs), ca.pem, structure.pem,
// structure-key.pem et card.p12 : donnez-les à votre logiciel avant le premier geste.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const world = JSON.parse(readFileSync(\`\${process.env.KIT_WORLD}/world.json\`, 'utf8'));

/** À remplir : appelez votre logiciel comme le fait l'utilisateur. */
async function act({ act, patient, input }) {
  switch (act) {
    // case 'document.deposit': input.kind, input.file (chemin d'un PDF), input.consent, input.title
    //   return { outcome: 'done', shown: 'la phrase affichée', values: { deposit: 'votre identifiant' } };
    // case 'deposit.state': input.deposit
    //   return { outcome: 'done', shown: 'la phrase affichée', values: { state: 'accepted' } };
    // case 'reports.read':
    //   return { outcome: 'done', values: { unmatched: null } };
    default:
      return { outcome: 'unsupported' };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  if (!line.startsWith('{')) continue;
  const answer = await act(JSON.parse(line), world);
  process.stdout.write(\`\${JSON.stringify(answer)}\\n\`);
}
`;
