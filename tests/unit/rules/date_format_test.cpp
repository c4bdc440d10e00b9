#include "rules/date_format.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice::rules {
namespace {

using std::chrono::year;
using std::chrono::year_month_day;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<year_month_day> dates(const std::string& format, std::string_view text) {
  const auto parsed = DateFormat::parse(format);
  EXPECT_TRUE(parsed) << parsed.error().message;
  return parsed ? parsed->find(text) : std::vector<year_month_day>();
}

TEST(DateFormat, FindsDatesInText) {
  EXPECT_THAT(dates("%d/%m/%Y", "EXP 05/12/2026 L3"), ElementsAre(year(2026) / 12 / 5));
  EXPECT_THAT(dates("%d/%m/%Y", "5/1/2026"), ElementsAre(year(2026) / 1 / 5));
  EXPECT_THAT(dates("%Y-%m-%d", "2026-01-31,2027-02-28"),
              ElementsAre(year(2026) / 1 / 31, year(2027) / 2 / 28));
  EXPECT_THAT(dates("%d%m%y", "010526"), ElementsAre(year(2026) / 5 / 1));
  EXPECT_THAT(dates("%d %b %Y", "best by 07 DEC 2026"), ElementsAre(year(2026) / 12 / 7));
  EXPECT_THAT(dates("100%% %d.%m.%y", "100% 01.02.27"), ElementsAre(year(2027) / 2 / 1));
}

TEST(DateFormat, WithoutADayMeansTheMonthsLast) {
  EXPECT_THAT(dates("%m/%Y", "EXP 02/2028"), ElementsAre(year(2028) / 2 / 29));
  EXPECT_THAT(dates("%b %y", "Feb 27"), ElementsAre(year(2027) / 2 / 28));
}

TEST(DateFormat, LeavesOutWhatIsNoDate) {
  EXPECT_THAT(dates("%d/%m/%Y", "31/02/2026"), IsEmpty());
  EXPECT_THAT(dates("%d/%m/%Y", "05/13/2026"), IsEmpty());
  EXPECT_THAT(dates("%d/%m/%Y", "00/01/2026"), IsEmpty());
  EXPECT_THAT(dates("%d/%m/%Y", "05-12-2026"), IsEmpty());
  EXPECT_THAT(dates("%d/%m/%Y", "05/12/202"), IsEmpty());
  EXPECT_THAT(dates("%d %b %Y", "07 Foo 2026"), IsEmpty());
  EXPECT_THAT(dates("%d/%m/%Y", ""), IsEmpty());
}

TEST(DateFormat, IsNotPartOfALongerNumber) {
  EXPECT_THAT(dates("%d/%m/%y", "05/12/2026"), IsEmpty());
  EXPECT_THAT(dates("%d%m%y", "4010526"), IsEmpty());
  EXPECT_THAT(dates("%d/%m/%Y", "105/12/2026"), IsEmpty());
  EXPECT_THAT(dates("%d/%m/%Y", "L05/12/2026x"), ElementsAre(year(2026) / 12 / 5));
}

TEST(DateFormat, IsNotPartOfALongerDate) {
  EXPECT_THAT(dates("%m/%Y", "21/11/2026"), IsEmpty());
  EXPECT_THAT(dates("%m/%y", "05/11/26"), IsEmpty());
  EXPECT_THAT(dates("%m/%Y", "1-11/2026."), ElementsAre(year(2026) / 11 / 30));
  EXPECT_THAT(dates("%d.%m.%y", "01.02.27-01.03.27."),
              ElementsAre(year(2027) / 2 / 1, year(2027) / 3 / 1));
}

TEST(DateFormat, ErrorsNameTheFormat) {
  for (const char* wrong :
       {"", "%d/%m", "%m %m %Y", "%d%Y", "%d/%m/%Y %Y", "%H %m %Y", "%m %Y %", "%d %d %m %Y"}) {
    const auto parsed = DateFormat::parse(wrong);
    ASSERT_FALSE(parsed) << wrong;
    EXPECT_EQ(parsed.error().code, base::ErrorCode::invalid);
    EXPECT_THAT(parsed.error().message, testing::HasSubstr("'" + std::string(wrong) + "'"));
  }
}

}  // namespace
}  // namespace sluice::rules
