import { MicrophoneError } from './microphone';
import { RingwayProblem } from './ringwayLink';

/** What went wrong, as the user is told it. */
export function sentence(problem: unknown): string {
  if (problem instanceof MicrophoneError || problem instanceof RingwayProblem) return problem.message;
  return 'Something went wrong on this page. Reload it and try again.';
}
