#pragma once
// From what the socket or the engine answered to an Error with a way out. Pure.

#include <string>
#include <string_view>

#include "specs/base/error.h"

namespace boxwright::docker {

/// Why connecting to the socket failed. `os_error` is errno; `is_socket`: the path exists and is
/// one.
[[nodiscard]] Error connect_error(const std::string& socket, int os_error, bool is_socket);

/// `message` of the engine's JSON error, else the raw body; as it came.
[[nodiscard]] std::string engine_message(const std::string& body);

/// The engine's own words for people: engine_message, one line, printable, at most 1000 bytes.
[[nodiscard]] std::string engine_words(const std::string& body);

/// An error reply by its status alone; `doing` is put in front. Steps know better about some.
/// 400, 401, 403: Refused/Terminal. 404: NotFound/Conflict. 409: Conflict/Conflict. 501:
/// Unsupported/Terminal. 503: Unavailable/Transient. Others: Refused/Transient.
[[nodiscard]] Error reply_error(std::string_view doing, int status, const std::string& body);

/// An answer that is not what the API promises. Unavailable/Transient: a proxy or a dying engine.
[[nodiscard]] Error answer_error(std::string_view doing, std::string_view problem);

/// Control characters, and bytes that are no UTF-8, become `?`; a tab becomes a space.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace boxwright::docker
