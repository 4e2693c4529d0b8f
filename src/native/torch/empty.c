/* A library with nothing in it but its name. */
typedef int mcd_nothing;
