package report
import ("testing";"os")
func TestGen(t *testing.T){
 os.WriteFile("/tmp/probe/q.json", quoted(t, `{"as_of":"2019-10-10","area":"110000","payer":"employee","lang":"zh","person":{"birth":"1985-05-05","sex":"M","hukou_area":"110105"},"employer":{"unit_type":"large_and_other"},"gaps":[{"schemes":["pension"],"from":"2019-07","to":"2019-07","wage":"3000.00","cause":"not_declared"}]}`),0o644)
}
