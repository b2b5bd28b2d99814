#include "controller/plan/record_text.h"

namespace boxwright::plan {

RecordText::RecordText(std::string_view heading, std::size_t capacity) {
  text_.reserve(capacity);
  text_ += heading;
  text_ += '\n';
}

void RecordText::add(std::string_view name, std::initializer_list<std::string_view> values) {
  text_ += name;
  for (const std::string_view value : values)
    add_value(value);
  text_ += '\n';
}

void RecordText::add_list(std::string_view name, const std::vector<std::string>& values) {
  if (values.empty()) return;
  text_ += name;
  for (const std::string& value : values)
    add_value(value);
  text_ += '\n';
}

void RecordText::add_text(std::string_view name, std::string_view value) {
  if (!value.empty()) add(name, {value});
}

void RecordText::add_number(std::string_view name, std::int64_t value) {
  if (value != 0) add(name, {std::to_string(value)});
}

void RecordText::add_value(std::string_view value) {
  text_ += ' ';
  text_ += std::to_string(value.size());
  text_ += ':';
  text_ += value;
}

}  // namespace boxwright::plan
