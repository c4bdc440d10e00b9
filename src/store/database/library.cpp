// The loadable library: what store/database.hpp promises, with libpqxx and libmongoc.
