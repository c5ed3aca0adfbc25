package cast

func shanghai(c, nj *city) {
	shDebts(c)
	shMedical(c)
	shPayments(c)
	shOthers(c, nj)
}

func shDebts(c *city) {
	p := c.add("入职半年后才申报", "M1996-03-12", Story{"用工之日起三十日内应登记，单位半年后才申报", "Registration is due within thirty days of the start of work; the employer declared half a year later", pageWhy, "gap 2025-01..2025-06 not_declared; priced in full"})
	p.career("2025-01..2026-11", 11000, "2025-01..2025-06")

	p = c.add("单位始终未参保", "F1989-09-09", Story{"前单位一年从未参保，2024年起的滞纳金可以算全", "The former employer never insured the worker for a year; from 2024 the late fee is complete", pageHow, "gap 2024-01..2024-12 never_registered; nothing missing"})
	p.works("2024-01..2024-12", wage(9800))
	c.hires(p)
	p.career("2025-01..2026-11", 11200)

	p = c.add("工伤时未参保", "M1980-11-30", Story{"入职三个月未参保时受伤，补缴后只管新发生的费用", "Hurt at work in three months without insurance: after make-up the fund pays new costs only", pageHow, "gap 2025-02..2025-04 never_registered; injury: note R-WI-01"})
	p.works("2025-02..2025-04", wage(8800))
	c.hires(p)
	p.career("2025-05..2026-11", 9900)

	p = c.add("一次补缴四十八个月", "F1981-05-17", Story{"前单位四年未参保，仲裁后一次补缴", "Four years not insured, made up at once after arbitration", pageHow, "pension conditional, paper legal_document; missing: late_fee_rules.deadline"})
	for _, year := range []string{"2019-01..2019-12", "2020-01..2020-12", "2021-01..2021-12", "2022-01..2022-12"} {
		p.works(year, wage(9000))
	}
	c.hires(p)
	p.career("2024-01..2026-11", 11000)

	p = c.add("2023年12月前的截止日未知", "M1986-02-08", Story{"2022年3至5月漏报，上海当时的缴费截止日没有找到", "March to May 2022 left out; the payment deadline of the time was not found", pageMedical, "late fee null; missing: late_fee_rules.deadline, give --deadline"})
	p.career("2021-10..2026-11", 10400, "2022-03..2022-05")

	p = c.add("外来从业人员过渡期医保", "M1983-12-25", Story{"2014年3至5月按过渡费率漏缴", "March to May 2014 left out, on the rates of the transition scheme", pageMedical, "medical at 6 % and 1 %; missing: late_fee_rules.deadline"})
	p.now.Population = "non_local_rural_transitional"
	p.career("2014-01..2014-12", 5000, "2014-03..2014-05")
	c.hires(p)
	p.now.Population = ""
	p.career("2024-01..2026-11", 9000)
}

func shMedical(c *city) {
	p := c.add("医保停缴两个月", "F1992-06-18", Story{"单位停缴两个月，补缴后恢复待遇，停缴期间费用不付", "The employer stopped for two months: benefits resume after make-up, costs in the gap are not paid", pageMedical, "effects.medical: retroactive no, wait 0"})
	p.career("2023-01..2026-11", 10800, "2025-03..2025-04")

	p = c.add("医保停缴半年", "M1988-01-05", Story{"单位停缴六个月，上海职工没有三个月的界线", "The employer stopped for six months: Shanghai has no three-month line for employees", pageRestore, "effects.medical: retroactive no, wait 0; allowed"})
	p.career("2023-01..2026-11", 10200, "2025-05..2025-10")

	p = c.add("灵活就业医保中断", "F1990-08-26", Story{"灵活就业停缴三个月：养老不能补，医保补缴后有等待期", "Without an employer and stopped for three months: pension cannot be made up, medical with a wait", pageRepair, "2025-03..2025-05: pension refused, medical conditional; late fee 0.00"})
	p.flexible("2024-03..2026-10", 8200, pensionAndMedical, "2025-03..2025-05")

	p = c.add("灵活就业2022年缓缴窗口", "M1985-10-10", Story{"灵活就业2022年4、5月未缴，2023年底前可以补", "Without an employer; April and May 2022 could be paid up to the end of 2023", pageRepair, "pension refused now; with --as-of 2023-10-31: allowed"})
	p.flexible("2021-07..2026-10", 7900, []string{"pension"}, "2022-04..2022-05")

	p = c.add("居民医保一次缴清", "F1968-03-15", Story{"城乡居民一次缴清全年，待遇期内不能退费", "A resident paid the year in one sum; no refund within the benefit period", pageRepair, "grid: resident_medical paid; no gap"})
	p.resident()
	p.pays("2026-01", base(1), on("2025-12-10"))

	p = c.add("居民医保漏缴一年", "M1969-09-20", Story{"城乡居民2025年漏缴，重新参保可按当年标准修复", "A resident missed 2025; on joining again the year can be repaired at the current amount", pageRestore, "resident_medical conditional, no late fee; missing: resident_medical, the group decides the amount"})
	p.resident()
	p.declares("2025-01")
	p.pays("2026-01", base(1), on("2025-12-11"))
}

// resident turns a person into one of the residents' medical scheme, whose
// coverage year stands as its January.
func (p *Person) resident() {
	p.now.Payer, p.now.Scheme = "resident", "resident_medical"
	p.now.Employer, p.now.UnitType, p.now.InjuryClass, p.now.InjuryRate = "", "", "", ""
}

func shPayments(c *city) {
	p := c.add("只到账一部分", "M1978-07-27", Story{"单位账户钱不够，2025年9月养老只到账1000元", "The employer's account held too little: of pension 2025-09 only 1,000 yuan arrived", pageHow, "line pension 2025-09: employer 600.00, person 0.00 left"})
	p.works("2025-01..2026-11", wage(10000))
	p.pays("2025-01..2025-08")
	p.declares("2025-09", scheme("pension"), base(10000))
	p.pays("2025-09", scheme("pension"), amounts("1000.00", "800.00"), on("2025-10-14"))
	for _, s := range []string{"unemployment", "medical", "injury"} {
		p.pays("2025-09", scheme(s))
	}
	p.pays("2025-10..2026-10")

	p = c.add("合并到账分不清险种", "F1984-04-02", Story{"各险种合并到账，总数不够，分不清缺哪一险种", "One sum for all schemes, too small, and nobody says which scheme it was for", pageHow, "missing: facts, ask for the amounts by scheme; nothing guessed"})
	p.works("2025-01..2026-11", wage(10000))
	p.pays("2025-01..2025-08")
	p.pays("2025-09", amounts("2000.00", "500.00"), on("2025-10-13"))
	p.pays("2025-10..2026-10")

	p = c.add("迟缴两个月", "M1993-03-30", Story{"2024年1月的费款3月才缴，系统显示补缴", "The fee of January 2024 was paid in March and shows as back-pay", pageWhy, "grid 2024-01: backpay / interruption, two months late"})
	p.career("2023-01..2026-11", 9600, "2024-01")
	p.pays("2024-01", on("2024-03-20"))

	p = c.add("强制划拨后到账", "F1979-12-12", Story{"单位逾期不缴，2025年2至4月经划拨于9月到账", "The employer did not pay; February to April 2025 were taken from its account in September", pageHow, "grid 2025-02..2025-04: backpay / interruption; no gap"})
	p.career("2024-01..2026-11", 10100, "2025-02..2025-04")
	p.declares("2025-02..2025-04", base(10500))
	p.pays("2025-02..2025-04", on("2025-09-15"))

	p = c.add("申请担保延期", "M1976-06-01", Story{"单位确实无力缴纳，2026年5至8月申报后以担保申请延期", "The employer cannot pay and asks for a deferral against a guarantee for May to August 2026", pageRepair, "gap 2026-05..2026-08 declared_unpaid; the agreement itself is no part of a history"})
	p.career("2024-01..2026-11", 10900, "2026-05..2026-08")
	p.declares("2026-05..2026-08", base(11770))
}

func shOthers(c, nj *city) {
	p := c.add("五十三岁女岗位未知", "F1973-06-24", Story{"53岁女职工漏报两个月：工人已过退休年龄，干部未到，岗位类别未知", "A woman of 53, two months left out: past the age as a worker, not as a cadre, and the post is not known", pageHow, "conditional; missing: person.past_retirement"})
	p.career("2024-01..2026-11", 9700, "2025-08..2025-09")

	p = c.add("年中公布基数的差额", "F1998-02-16", Story{"2026年7月的下限8月18日公布，此前按旧下限缴费", "The floor for July 2026 came on 18 August; the month was paid on the old one", pageMedical, "gap 2026-07 rule_changed: the difference of 46 yuan of base; missing: late_fee_rules.difference_deadline"})
	p.works("2026-01..2026-11", wage(7500))
	p.pays("2026-01..2026-06")
	p.pays("2026-07", base(7500), on("2026-08-10"))
	p.pays("2026-08..2026-10", base(7546))

	p = c.add("离沪前漏报后转南京", "M1989-05-29", Story{"离开上海前两个月单位漏报，之后在南京参保", "The Shanghai employer left out the last two months before the move to Nanjing", pageRestore, "rows in two files; gap 2024-05..2024-06 in 310000 only"})
	p.career("2022-01..2024-06", 9500, "2024-05..2024-06")
	nj.hires(p)
	p.career("2024-07..2026-11", 10500)
}
