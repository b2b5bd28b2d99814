#include "controller/engine/step.h"
