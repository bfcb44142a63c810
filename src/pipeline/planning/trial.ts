/** A plan is tried by the server that it is for: what this one refuses is known before anything is written. */
import { tryPieces } from "../../import/trial.js";
import type { Plan } from "../../model/plan.js";
import { lockRoom } from "../../target/lock-room.js";
import type { Session } from "../../target/session.js";
import { candidatesOf } from "../../translate/statements/pieces.js";
import { settle } from "../../translate/settle.js";

/**
 * The plan without the pieces that the server refuses; leaves nothing in the target.
 *
 * @param schema where they are tried: one that is there, with nothing in the plan's way; default: one that is made for it.
 * @throws ToolError as tryPieces.
 */
export async function triedPlan(
  session: Session,
  plan: Plan,
  signal: AbortSignal | undefined,
  schema: string | null = null,
): Promise<Plan> {
  const room = await lockRoom(session);
  // Two trials at once would wait for each other over one name.
  const place = schema ?? `sqlift_trial_${session.processId}`;
  const options = { schema: place, makesSchema: schema === null, room, signal };
  return settle(plan, await tryPieces(session, candidatesOf(place, plan), options));
}
