// The built-in calibration text: prose, dialogue, code, numbers and other languages, so that
// budgets don't rest on one kind. Written for this.
#include "llm/calibration.h"

namespace ashlar::llm {

std::string_view calibration_text() {
  return R"(The harbour froze early that year, and by the second week of December the ferries had
stopped running. Anna walked to the office along the quay every morning, counting the boats that
were caught in the ice. "You could skate home," said the porter. "I could," she answered, "if I
trusted it to hold."

Photosynthesis turns light, water and carbon dioxide into sugar and oxygen. It takes place in
chloroplasts, where pigments absorb mostly red and blue light; what is left over is why leaves look
green. In 1779 Jan Ingenhousz showed that plants give off oxygen only in the light.

def mean(values):
    """The average of a list of numbers, or None if it is empty."""
    if not values:
        return None
    return sum(values) / len(values)

Question: A train leaves at 9:40 and arrives at 12:15. How long does the journey take?
Answer: From 9:40 to 12:00 it is 2 hours and 20 minutes; 15 more make 2 hours and 35 minutes.

Am Abend saßen sie noch lange auf der Terrasse und sprachen über die Reise. El tren llegó con
retraso, pero nadie parecía tener prisa. Il fait froid ce matin, prends ton manteau.
)";
}

}  // namespace ashlar::llm
