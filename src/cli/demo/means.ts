import { createVihf, type SigningProvider } from '../../auth/index.ts';
import { packageXdm } from '../../documents/index.ts';
import type { PatientInput } from '../../identity/index.ts';
import { fictiveConfig, type Simulator } from '../../simulator/index.ts';
import { fictiveProfessional, fictiveStructure } from '../../testing/index.ts';
import { createMssTransport, type ComposedMail, type MssTransport } from '../../transport/index.ts';
import { senderLabel } from '../../transport/mss/headers.ts';

/** An assertion of the fictive professional, for the services of the simulator. */
export async function signVihf(
  provider: SigningProvider,
  simulator: Simulator,
  patient: PatientInput,
): Promise<string> {
  const { resourceUrn, version, audience } = simulator.descriptor.vihf;
  if (resourceUrn.value === null) throw new TypeError('the descriptor of the simulator names its resource');
  const now = Date.now();

  const vihf = await createVihf(
    {
      professional: fictiveProfessional(),
      structure: fictiveStructure(),
      ...(patient.ins && patient.identityStatus === 'QUAL' && { patient: patient.ins }),
      authentication: { mode: 'direct', means: 'card', instant: now },
      software: { name: 'DEMO', version: '1.0', id: 'DEMO-0001' },
      target: {
        resourceUrn: resourceUrn.value,
        version: version.value,
        ...(audience.value !== null && { audience: audience.value }),
      },
    },
    provider,
  );
  return vihf.xml;
}

/** The mailbox of the structure, whose messages are told to `onMessage`. */
export function mailChannel(simulator: Simulator, onMessage?: (mail: ComposedMail) => void): MssTransport {
  const { host, port, servername } = simulator.smtp;
  const { certPem, keyPem } = simulator.hierarchy.structure.authentication;

  return createMssTransport({
    server: { host, port, serverName: servername, caPem: simulator.caPem },
    credentials: { certificate: { certPem, keyPem } },
    message: {
      from: {
        address: fictiveConfig().user.mssAddress,
        label: senderLabel({ familyName: 'FICTIF', givenName: 'ÉLODIE' }),
      },
      to: simulator.depositAddress,
    },
    archive: (submission) => packageXdm(submission),
    ...(onMessage && { onMessage }),
  });
}
