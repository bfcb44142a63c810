/** A plan is tried by the server that it is for: what this one refuses is known before anything is written. */
import { tryPieces } from "../import/trial.js";
import type { Plan } from "../model/plan.js";
import { lockRoom } from "../target/lock-room.js";
import type { Session } from "../target/session.js";
import { candidatesOf } from "../translate/statements/pieces.js";
import { settle } from "../translate/settle.js";

/**
 * The plan without the pieces that the server refuses; leaves nothing in the target.
 *
 * @throws ToolError as tryPieces.
 */
export async function triedPlan(
  session: Session,
  plan: Plan,
  signal: AbortSignal | undefined,
): Promise<Plan> {
  // Two trials at once would wait for each other over one name.
  const schema = `sqlift_trial_${session.processId}`;
  const room = await lockRoom(session);
  return settle(plan, await tryPieces(session, candidatesOf(schema, plan), { schema, room, signal }));
}
