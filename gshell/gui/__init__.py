"""The GUI toolkits: an EventLoop for each, the table of all, and the OS main thread that runs them."""
