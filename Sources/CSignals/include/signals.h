/* Signals that ask the process to end in order. The handler sets a flag and no more. */
#ifndef CSIGNALS_H
#define CSIGNALS_H

/* From now on USR1 and TERM raise the flag, and a file that grows beyond a limit (XFSZ) is an error of that write. */
void csignals_catch(void);
/* From now on a write to a pipe without a reader (PIPE) is an error of that write. */
void csignals_ignore_pipe(void);
/* Raises the flag as a signal does. */
void csignals_raise(void);
/* The signal that came last, 0 if none did. */
int csignals_raised(void);

#endif
