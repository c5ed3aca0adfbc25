package cast

// Pages of the mission, as the packs name them.
const (
	pageHow     = "SEED-000"
	pageWhy     = "SEED-001"
	pageRestore = "SEED-002"
	pageMedical = "SEED-003"
	pageRepair  = "SEED-004"
)

var pensionAndMedical = []string{"pension", "medical"}

func beijing(c, sh *city) {
	bjDebts(c)
	bjAge(c)
	bjWays(c)
	bjRetirement(c)
	bjFlexible(c)
	bjBenefits(c)
	bjPolicy(c)
	bjContinuity(c, sh)
	bjAccount(c)
}

// bjDebts are the causes of a debt.
func bjDebts(c *city) {
	p := c.add("扣款失败后补扣", "M1988-04-12", Story{"单位账户余额不足，2023年3月扣款失败，5月补扣成功，系统显示为补缴", "The bank debit for 2023-03 failed for lack of funds and went through in May; the system shows back-pay", pageWhy, "grid 2023-03: backpay / bank_retry; no gap"})
	p.career("2022-01..2026-11", 11000, "2023-03")
	p.pays("2023-03", on("2023-05-18"), because("debit_failed"))

	p = c.add("扣款失败至今未补", "F1990-09-03", Story{"单位已申报，账户余额不足，2023年6月一直没有补扣", "Declared, the debit failed for lack of funds, and 2023-06 was never debited again", pageWhy, "gap 2023-06 debit_failed; allowed; late fee from 2023-08-01"})
	p.career("2022-01..2026-11", 10500, "2023-06")
	p.declares("2023-06", base(10920), because("debit_failed"))

	p = c.add("前单位两年未参保", "M1985-01-20", Story{"前单位两年从未办理参保登记，新单位正常缴费", "The former employer never registered the worker for two years; the present one pays", pageHow, "gap 2019-01..2020-12 never_registered; allowed; under 36 months"})
	p.works("2019-01..2019-12", wage(9000))
	p.works("2020-01..2020-12", wage(9600))
	c.hires(p)
	p.career("2024-01..2026-11", 10200)

	p = c.add("单位漏报三个月", "F1987-11-08", Story{"参保中断：单位漏报三个月，之后恢复缴费", "Interrupted: the employer left out three months, then went on paying", pageHow, "gap 2022-06..2022-08 not_declared; provisional amount of 110 %"})
	p.career("2022-01..2026-11", 10580, "2022-06..2022-08")

	p = c.add("已申报未缴", "M1979-06-30", Story{"单位按月申报却没有缴费，形成欠费", "The employer declared month by month and did not pay", pageHow, "gap 2021-10..2022-01 declared_unpaid; allowed, late fee"})
	p.career("2021-01..2026-11", 13000, "2021-10..2022-01")
	p.declares("2021-10..2021-12", base(13000))
	p.declares("2022-01", base(13520))

	p = c.add("少报缴费基数", "F1983-02-14", Story{"工资一万五，单位按六千申报缴费两年", "A wage of 15,000 declared and paid as 6,000 for two years", pageMedical, "gap 2021-07..2023-06 under_declared; the lines hold the difference only"})
	p.works("2021-01..2026-11", wage(15000))
	p.pays("2021-01..2021-06")
	p.declares("2021-07..2023-06", base(6000))
	p.pays("2021-07..2023-06", base(6000))
	p.pays("2023-07..2026-10")

	p = c.add("书面放弃参保", "M1992-05-25", Story{"职工签字放弃参保一年，承诺无效，仍可由单位补缴", "The worker signed away a year of insurance; the promise is void and the employer can still pay", pageMedical, "gap 2022-01..2022-12 personal_reason; reasons R-REG-01 and R-BACKPAY-12"})
	p.career("2021-07..2021-12", 9500)
	p.works("2022-01..2022-12", wage(10200), because("personal_reason"))
	p.career("2023-01..2026-11", 10600)

	p = c.add("错缴未入账", "F1994-12-01", Story{"单位缴了费却没有记到本人名下", "The employer paid, but nothing was booked to the person", pageMedical, "gap 2023-09 misplaced; reason R-DECL-07: trace first"})
	p.career("2021-01..2026-11", 11600, "2023-09")
	p.declares("2023-09", base(12520), because("misplaced"))

	p = c.add("欠缴半年后补清", "M1981-08-17", Story{"公司拖欠半年社保，次年补缴，系统显示补缴", "The company owed half a year and paid it the next spring; shown as back-pay", pageWhy, "grid 2022-01..2022-06: backpay / interruption; no gap"})
	p.career("2021-07..2026-11", 10800, "2022-01..2022-06")
	p.pays("2022-01..2022-06", on("2023-03-15"))
}

// bjAge are months whose age decides.
func bjAge(c *city) {
	p := c.add("2011年7月以前未参保", "M1978-03-09", Story{"2010年4月至2011年6月未参保，须先确认，滞纳金按老办法", "Not insured from 2010-04 to 2011-06: confirmation first, late fee under the old rule", pageWhy, "route beijing_confirm_then_tax; missing: late_fee_rules.start, interest_rules"})
	p.now.Population = "local_urban_hukou"
	early(&p.now)
	p.works("2010-04..2010-12", wage(4000))
	p.works("2011-01..2011-06", wage(4400))
	c.hires(p)
	p.career("2024-01..2026-11", 9800)

	p = c.add("农民工2008年未参保", "M1976-10-02", Story{"农民工2008年整年未参保养老，按当时固定基数", "A migrant worker without pension insurance in 2008, on the fixed base of the time", pageWhy, "line bases 640.00 and 730.00; missing: late_fee_rules.start, interest_rules"})
	p.now.Population = "rural_migrant_worker"
	early(&p.now)
	p.works("2008-01..2008-12", wage(1800), scheme("pension"))
	c.hires(p)
	p.career("2024-01..2026-11", 9000)

	p = c.add("外埠人员补缴五年以上", "F1980-07-21", Story{"外埠户籍，前单位2012年7月至2018年6月未参保，共六年", "Registered elsewhere; the former employer insured nothing for six years", pageWhy, "gap of 72 months; pension conditional; with --as-of 2023-12-29: route beijing_approval_first"})
	p.now.Population = "non_local_hukou"
	early(&p.now)
	p.works("2012-07..2015-06", wage(6000))
	p.works("2015-07..2018-06", wage(7500))
	c.hires(p)
	p.now.Population = "non_local_hukou"
	p.career("2023-01..2026-11", 9600)

	p = c.add("一次补缴满三年", "M1984-02-28", Story{"前单位整三年未参保，一次补缴须有事前法律文书", "Exactly three years not insured: one make-up needs a legal document of before the payment", pageHow, "gap of 36 months; pension conditional, paper legal_document"})
	p.works("2018-01..2018-12", wage(8500))
	p.works("2019-01..2019-12", wage(8800))
	p.works("2020-01..2020-12", wage(9000))
	c.hires(p)
	p.career("2024-01..2026-11", 9900)

	p = c.add("滞纳金超过本金", "M1975-04-04", Story{"2014年上半年漏报，按日万分之五，滞纳金已超过本金", "Half a year of 2014 left out: at 0.05 % a day the late fee has passed the principal", pageMedical, "lines 2014-01..2014-06: late fee over both shares; alternatives cap_mode"})
	early(&p.now)
	p.career("2013-07..2014-12", 7000, "2014-01..2014-06")
	c.hires(p)
	p.career("2024-01..2026-11", 9900)

	p = c.add("小微企业2020年减免月", "F1989-01-15", Story{"小微企业2020年3至5月漏报：单位部分免征，个人部分仍应缴", "A small firm left out March to May 2020: the employer's share is waived, the person's is not", pageRepair, "lines 2020-03: pension employer 0.00; injury exempt, no gap"})
	p.now.UnitType = "micro_small_medium"
	p.career("2019-10..2022-03", 9000, "2020-03..2020-05")
}

// bjWays are the ways of an application, by how recent the month is.
func bjWays(c *city) {
	p := c.add("最近三个月未缴", "M1991-03-18", Story{"2026年8至10月未缴，单位在税务自行申报", "August to October 2026 unpaid: self-declaration at the tax office", pageWhy, "route beijing_tax_self; missing: late_fee_rules.deadline (by design)"})
	p.career("2023-01..2026-11", 12000, "2026-08..2026-10")

	p = c.add("旧流程的三个月界线", "F1986-06-06", Story{"2023年8至10月未缴：2023年12月申请时，8月须先核查，9月起直接预约", "August to October 2023 unpaid: applying in December 2023, August needs verification, the later months an appointment only", pageWhy, "with --as-of 2023-12-05: routes beijing_verification and beijing_recent"})
	p.career("2021-01..2026-11", 10300, "2023-08..2023-10")
}

// bjRetirement are people near the age of retirement or past it.
func bjRetirement(c *city) {
	p := c.add("已过法定退休年龄", "M1962-05-11", Story{"1962年生，已过60岁，2015年漏报的月份不能再补", "Born in 1962 and past 60: the months left out in 2015 cannot be made up any more", pageHow, "verdict refused; reason R-BACKPAY-01"})
	early(&p.now)
	p.career("2014-07..2022-05", 6500, "2015-01..2015-06")

	p = c.add("临近退休差月数", "M1966-11-23", Story{"2027年5月退休，养老缴费月数不足180，中间漏报八个月", "Retires in 2027-05 with fewer than 180 pension months, eight of them left out", pageWhy, "effects.retirement: short 13 before, 5 after"})
	early(&p.now)
	p.career("2012-04..2026-11", 7400, "2013-03..2013-10")

	p = c.add("五十二岁缴了四年半", "M1974-06-19", Story{"52岁，个人缴了四年半，问能否一次补足", "52 years old with four and a half years paid: can the rest be paid in one sum?", pageRestore, "no gap; effects.retirement: 54 of 222 months, short 168"})
	p.flexible("2022-05..2026-10", 7500, []string{"pension"})
}

// bjFlexible are people without an employer.
func bjFlexible(c *city) {
	p := c.add("个体户停缴三个月", "F1988-08-08", Story{"无雇工个体户停缴三个月：养老不能补，医保三个月内看情形", "Self-employed, stopped for three months: pension cannot be made up, medical may", pageHow, "2023-02..2023-04: pension refused, medical conditional; late fee 0.00"})
	p.flexible("2021-07..2026-06", 7600, pensionAndMedical, "2023-02..2023-04")

	p = c.add("灵活就业停缴五个月", "M1993-10-27", Story{"灵活就业停缴超过三个月，只能续保", "Without an employer and stopped for more than three months: renewal only", pageRestore, "2024-03..2024-07: pension refused, medical unknown (ask the office)"})
	p.flexible("2021-07..2026-06", 8000, pensionAndMedical, "2024-03..2024-07")

	p = c.add("四十五岁以上男离职停缴", "M1977-03-03", Story{"本市户籍男，离开原单位后以个人身份缴费又停缴，想按45岁以上补缴", "A local man over 45 left his employer, paid on his own and stopped; wants the 45+ make-up", pageHow, "pension 2021-07..2023-12 refused: the 45+/40+ rule names no place and is off"})
	p.now.Population = "local_hukou"
	p.career("2020-01..2020-12", 8000)
	p.flexible("2021-01..2026-10", 7700, []string{"pension"}, "2021-07..2023-12")

	p = c.add("四十岁以上女离职停缴", "F1982-08-29", Story{"本市户籍女，离开原单位后停缴，想按40岁以上补缴", "A local woman over 40 left her employer and stopped; wants the 40+ make-up", pageHow, "pension 2023-07..2023-12 refused: the 45+/40+ rule names no place and is off"})
	p.now.Population = "local_hukou"
	p.career("2022-01..2022-12", 8000)
	p.flexible("2023-01..2026-10", 7700, []string{"pension"}, "2023-07..2023-12")

	p = c.add("离职后没有参保", "M1990-02-22", Story{"2023年6月离职后没有参保：没有单位，也就没有可补的月份", "Left the employer in June 2023 and was not insured since: without an employer there is no month to make up", pageHow, "no gap; effects.continuity: house and car plate 0 months"})
	p.career("2021-01..2023-06", 9700)
}

// bjBenefits are months that a benefit depends on.
func bjBenefits(c *city) {
	p := c.add("领过失业金的月份", "M1986-12-12", Story{"漏报的四个月里领了失业金，失业保险须先退回", "Unemployment benefit was drawn in the four months left out: it has to be returned first", pageRestore, "2022-03..2022-06: unemployment conditional, pension allowed"})
	p.career("2021-07..2026-11", 10100, "2022-03..2022-06")
	p.draws("2022-03..2022-06")

	p = c.add("失业金差两个月", "F1995-05-05", Story{"缴满十个月后失业，漏报三个月，补缴后满一年", "Ten months paid before the job was lost, three left out: with them the year is full", pageHow, "effects.benefits unemployment: 10 of 12 before, 13 after"})
	p.career("2022-05..2023-05", 9000, "2022-09..2022-11")

	p = c.add("生育前连续九个月", "F1996-09-16", Story{"生育前须连续缴费九个月，中间漏报一个月", "Nine consecutive months are needed before the birth, and one was left out", pageWhy, "effects.benefits maternity: 6 before, 17 after"})
	p.career("2025-06..2026-11", 12000, "2026-04")
}

// bjPolicy are deferrals and changed rules.
func bjPolicy(c *city) {
	p := c.add("2022年缓缴期内补清", "M1983-07-07", Story{"2022年5至10月单位部分缓缴，2023年6月补清，个人部分按月缴", "The employer's share of May to October 2022 was deferred and paid in June 2023; the person's share was paid on time", pageRepair, "grid 2022-05..2022-10: backpay / policy; no gap"})
	p.deferred2022()
	for _, s := range deferrable {
		p.pays("2022-05..2022-10", scheme(s.code), amounts(s.employer, ""), on("2023-06-20"), because("policy"))
	}

	p = c.add("2022年缓缴至今未补", "F1984-11-11", Story{"2022年5至10月单位部分缓缴，到2023年底仍未补", "The employer's share of May to October 2022 was deferred and still not paid at the end of 2023", pageRepair, "refused: the window is closed, use declared_unpaid; with --as-of 2023-06-30: deferred"})
	p.deferred2022()

	p = c.add("基数上调差额未补", "M1997-01-31", Story{"2025年度基数9月公布，7、8月按旧下限缴费，差额至今未补", "The limits of 2025 came in September; July and August were paid on the old floor and the difference is open", pageRepair, "gap 2025-07..2025-08 rule_changed; with --as-of 2025-11-20: no late fee"})
	p.raised2025()

	p = c.add("基数上调差额已补", "F1997-04-23", Story{"同上，差额在2025年10月补清", "The same, with the difference paid in October 2025", pageRepair, "grid 2025-07..2025-08: backpay / base_diff; no gap"})
	p.raised2025()
	p.pays("2025-07..2025-08", base(162), on("2025-10-22"), because("rule_changed"))
}

// deferrable is what a base of 10,000 cost in Beijing in 2022.
var deferrable = []struct{ code, employer, person string }{
	{"pension", "1600.00", "800.00"}, {"unemployment", "50.00", "50.00"}, {"injury", "20.00", "0.00"},
}

// deferred2022: the person's share and medical are paid, the employer's share
// of the three schemes is declared and put off.
func (p *Person) deferred2022() {
	p.works("2022-01..2026-11", wage(10000))
	p.pays("2022-01..2022-04")
	for _, s := range deferrable {
		p.declares("2022-05..2022-10", scheme(s.code), base(10000), because("policy"))
		if s.person != "0.00" {
			p.pays("2022-05..2022-10", scheme(s.code), amounts("", s.person))
		}
	}
	p.pays("2022-05..2022-10", scheme("medical"))
	p.pays("2022-05..2022-10", scheme("large_medical"))
	p.pays("2022-11..2026-10")
}

// raised2025: 7,000 was above the floor of 6,821 and is below that of 7,162,
// which was published in September for July on.
func (p *Person) raised2025() {
	p.works("2024-07..2026-11", wage(7000))
	p.pays("2024-07..2025-06")
	p.pays("2025-07", on("2025-07-18"))
	p.pays("2025-08", on("2025-08-18"))
	p.pays("2025-09..2026-06", base(7162))
	p.pays("2026-07..2026-10", base(7270))
}

// bjContinuity are people who need months in a row, or in two places.
func bjContinuity(c, sh *city) {
	p := c.add("购房连续被补缴打断", "F1989-10-10", Story{"非京籍购房看连续缴费，四个月是补缴的，不认可", "Buying a home without local registration: four made-up months are not recognised", pageWhy, "effects.continuity: house 11 of 24 months, car plate 70 of 60"})
	p.now.Population = "non_local_hukou"
	p.career("2021-01..2026-11", 11000, "2025-08..2025-11")
	p.pays("2025-08..2025-11", on("2026-02-10"))

	p = c.add("小客车连续差一个月", "M1987-07-14", Story{"小客车指标须连续60个月，2023年5月断了一个月，补缴后有效", "The car plate needs 60 months in a row; 2023-05 is missing and counts once made up", pageWhy, "effects.continuity: car plate 41 before, 70 after"})
	p.now.Population = "non_local_hukou"
	p.career("2021-01..2026-11", 11500, "2023-05")

	p = c.add("京沪同月重复缴费", "M1985-05-05", Story{"2023年1至3月北京、上海同时缴费，只计一次", "Paid in Beijing and Shanghai for the same three months: they count once", pageRepair, "rows in two files; effects.retirement: 82 months, not 85"})
	p.career("2020-01..2023-03", 9500)
	sh.hires(p)
	p.career("2023-01..2026-11", 12000)

	p = c.add("北京转到上海", "F1991-12-20", Story{"2022年7月由北京转到上海工作，缴费没有中断，年限累计", "Moved from Beijing to Shanghai in July 2022 without a break: the months add up", pageRestore, "rows in two files; no gap"})
	p.career("2021-07..2022-06", 9900)
	sh.hires(p)
	p.career("2022-07..2026-11", 11800)
}

// bjAccount are made-up months in the personal accounts.
func bjAccount(c *city) {
	p := c.add("医保中断一年以内", "F1978-04-30", Story{"职工医保中断八个月，问个人账户怎么补", "Medical insurance interrupted for eight months: what enters the account?", pageMedical, "effects.account medical: unknown (local rule); effects.medical: at most 6 months wait"})
	p.career("2020-10..2026-11", 9800, "2021-03..2021-10")

	p = c.add("医保中断一年以上", "M1982-01-27", Story{"职工医保中断十三个月，跨过整个2021年，问个人账户是否年底一次补足", "Medical insurance interrupted for thirteen months, all of 2021 among them: is the account filled in one sum at the end of the year?", pageMedical, "effects.account medical: unknown (local rule); gap of 13 months, one cause"})
	p.career("2020-07..2026-11", 9800, "2020-12..2021-12")

	p = c.add("养老账户跨2006年", "F1977-02-02", Story{"补2005年10月至2006年3月：2006年前按11%、之后按8%记账", "Making up 2005-10 to 2006-03: 11 % of the base enters the account before 2006, 8 % after", pageMedical, "effects.account pension 990.00 and 720.00; missing: late_fee_rules.start, interest_rules"})
	early(&p.now)
	p.works("2005-10..2006-03", wage(3000), scheme("pension"))
	c.hires(p)
	p.career("2024-01..2026-11", 9800)
}
