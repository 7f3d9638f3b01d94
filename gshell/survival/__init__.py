"""Sessions that survive: what was loaded and computed is there after a kill, a crash, or a lost connection.

How a snapshot is taken, and what does not work:

- *Pickle in the session itself.*  For two gigabytes it stands still for seconds, and a value that crashes while it is
  pickled takes the session with it.
- *Pickle in a thread.*  The worker changes what is being pickled: a dictionary changes its size, two arrays belong
  together and are of different times.  And both want the GIL.
- *Log the cells and run them again* (as ElasticNotebook does in part): exact only if they depend on nothing else, and a
  fit of three hours takes three hours.
- *An image of the process* (CRIU, DMTCP): it has the windows, sockets and threads in it, which are not to be restored;
  and the image is for the same libraries only.
- *Fork, and pickle in the child*, as Redis saves its data: the parent stands still for a page table.  That is what is
  done, at a moment when the values are as they should be.

The parts, from below to above: `files` (whole or absent), `manifest` (what is written about a snapshot), `folder` and
`sessions` (where they are), `pickling` and `references` (values as bytes), `contents` (what there is), `writing` and
`reading`, `child` (the fork), `in_child` (what is done there), `schedule` (when), `keeper` (the thread),
`collecting` and `restoring` (from the shell, and into it), `commands` (what the user can ask for).
"""
