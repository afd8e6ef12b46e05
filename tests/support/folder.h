#pragma once
/*
 * The folder of one test: made empty under $TMPDIR (else /tmp) and removed with everything in it. Both abort when they
 * cannot, because a test that goes on without its folder tests nothing.
 */

/* Make an empty folder with mode 0700 and write its absolute path into path[256]. */
void folder_new(char path[256]);
/* Remove the folder and all below it; symbolic links are removed, not followed. */
void folder_remove(const char *path);
