#include "controller/routing/traefik_labels.h"
