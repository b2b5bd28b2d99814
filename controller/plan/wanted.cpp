#include "controller/plan/wanted.h"
